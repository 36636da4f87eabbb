"""Suppliers: who they are, how far they are ordered from by themselves, and what they deliver."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.access import requires
from config.errors import DomainError, NotFound
from stock.access import current_location
from stock.forms import SupplierForm, SupplierItemForm
from stock.models import PurchaseOrder, Supplier, SupplierItem
from stock.queries.nav import read_nav
from stock.services import remove_supplier, remove_supplier_item, save_supplier_item
from stock.views.answers import go_to, refuse

CHANGE = "stock.change_supplier"


@requires(CHANGE)
@require_GET
@never_cache
def suppliers_page(request: HttpRequest) -> HttpResponse:
    """Every supplier with the number of its items and open orders."""
    open_here = Q(
        purchase_orders__status__in=PurchaseOrder.OPEN,
        purchase_orders__location=current_location(request),
    )
    suppliers = Supplier.objects.annotate(
        item_count=Count("items", distinct=True),
        open_count=Count("purchase_orders", filter=open_here, distinct=True),
    )
    return _page(request, "stock/suppliers.html", {"suppliers": suppliers})


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def new_supplier_page(request: HttpRequest) -> HttpResponse:
    """Ask for a supplier's details; add it."""
    form = SupplierForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect("stock:supplier", form.save().pk)
    return _page(request, "stock/supplier.html", {"form": form}, status=_status(form))


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
@never_cache
def supplier_page(request: HttpRequest, supplier_id: int) -> HttpResponse:
    """A supplier's details to edit, and its list."""
    supplier = _find(supplier_id)
    form = SupplierForm(request.POST if request.method == "POST" else None, instance=supplier)
    if form.is_valid():
        form.save()
        return redirect("stock:supplier", supplier_id)
    items = supplier.items.select_related("ingredient")
    context = {"form": form, "supplier": _find(supplier_id), "items": items}
    return _page(request, "stock/supplier.html", context, status=_status(form))


@requires(CHANGE)
@require_POST
def remove(request: HttpRequest, supplier_id: int) -> HttpResponse:
    """Remove a supplier of whom nothing was ever ordered."""
    try:
        remove_supplier(supplier_id=supplier_id)
    except NotFound:
        raise
    except DomainError as error:
        return refuse(error)
    return go_to(reverse("stock:suppliers"))


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def item_dialog(request: HttpRequest, supplier_id: int, item_id: int | None = None) -> HttpResponse:
    """Ask for an item of the supplier's list; add or change it."""
    supplier = _find(supplier_id)
    item = SupplierItem(supplier=supplier)
    if item_id is not None:
        item = supplier.items.select_related("ingredient").filter(pk=item_id).first()
        if item is None:
            raise NotFound("There is no such item in the supplier's list.")
    form = SupplierItemForm(request.POST if request.method == "POST" else None, instance=item)
    if form.is_valid():
        save_supplier_item(item=form.instance)
        return go_to(reverse("stock:supplier", args=[supplier_id]))
    context = {"form": form, "supplier": supplier, "item": item}
    return render(request, "stock/supplier_item.html", context, status=_status(form))


@requires(CHANGE)
@require_POST
def remove_item(request: HttpRequest, supplier_id: int, item_id: int) -> HttpResponse:
    """Take an item off the supplier's list."""
    remove_supplier_item(item_id=item_id, supplier_id=supplier_id)
    return go_to(reverse("stock:supplier", args=[supplier_id]))


def _find(supplier_id: int) -> Supplier:
    supplier = Supplier.objects.filter(pk=supplier_id).first()
    if supplier is None:
        raise NotFound("There is no such supplier.")
    return supplier


def _status(form: SupplierForm | SupplierItemForm) -> int:
    return 422 if form.is_bound else 200


def _page(request: HttpRequest, template: str, context: dict, *, status: int = 200) -> HttpResponse:
    location = current_location(request)
    nav = read_nav(location, at=timezone.now())
    context = {"location": location, "nav": nav} | context
    return render(request, template, context, status=status)
