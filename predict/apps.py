from django.apps import AppConfig


class PredictConfig(AppConfig):
    name = "predict"
    default_auto_field = "django.db.models.BigAutoField"
