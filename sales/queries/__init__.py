"""Read models of the till, shared by pages, API and sockets."""
