"""The administration in tests: its addresses, its forms as a browser would send them."""

from django.urls import reverse

from stock.models import Location


def url(model, view: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


def form_of(client, address: str) -> dict[str, str]:
    """The values a browser would send back unchanged."""
    context = client.get(address).context
    forms = [context["adminform"].form, *(inline.formset for inline in inlines(context))]
    data: dict[str, str] = {}
    for form in forms:
        for part in (form.management_form, *form.forms) if hasattr(form, "forms") else (form,):
            data |= {
                field.html_name: _text(field.value())
                for field in part
                if field.value() is not None and field.value() is not False
            }
    return data


def inlines(context):
    return context.get("inline_admin_formsets", [])


def _text(value):
    return [str(v) for v in value] if isinstance(value, list) else str(value)


def save(client, address: str, changes: dict) -> list[str]:
    """Post the page with `changes` (None leaves a field out); the errors shown, if any."""
    data = form_of(client, address) | changes
    data = {name: value for name, value in data.items() if value is not None}
    response = client.post(address, data)
    if response.status_code == 302:
        return []
    assert response.status_code == 200
    return [message for errors in response.context["errors"] for message in _listed(errors)]


def _listed(errors) -> list[str]:
    return [errors] if isinstance(errors, str) else list(errors)


def assert_published(before: int, location: Location) -> None:
    location.refresh_from_db()
    assert location.menu_revision > before
    assert location.menu_revision == location.revision
