"""Every address of the site; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

from config import health, system
from config.api import api
from sales.views import account

urlpatterns = [
    path("", account.launcher, name="launcher"),
    path("login/", account.login, name="login"),
    path("logout/", account.logout, name="logout"),
    path("password/", account.password_change, name="password_change"),
    path("password/changed/", account.password_changed, name="password_change_done"),
    path("location/", account.choose, name="location"),
    path("", include("sales.urls")),
    path("stock/", include("stock.urls")),
    path("predict/", include("predict.urls")),
    path("kds/", include("kds.urls")),
    path("reports/", include("reports.urls")),
    path("api/", api.urls),
    path("system/", system.system_page, name="system"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
]
