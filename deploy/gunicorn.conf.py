"""Pages and API on a server: gunicorn -c deploy/gunicorn.conf.py config.wsgi:application"""

import os

bind = os.environ.get("BIND", "unix:/run/smart-coffee/web.sock")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
keepalive = 75  # longer than nginx keeps an idle connection, so that it never meets a closed one
# The application is loaded after the fork: a pool of database connections must not cross it.
preload_app = False
# It would lie in $HOME: perhaps not writable, and shared by two cafés of one user.
control_socket_disable = True

# A connection for each thread, from psycopg's pool.
os.environ.setdefault("DATABASE_POOL_SIZE", str(threads))
