"""Addresses of the store room."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from stock.views import onhand, purchases, suppliers

app_name = "stock"


class KeyConverter(IntConverter):
    """A number that a database can hold as a key; any other address is not found."""

    regex = "[0-9]{1,18}"


register_converter(KeyConverter, "key")

urlpatterns = [
    path("", onhand.on_hand_page, name="on-hand"),
    path("items/<key:ingredient_id>/", onhand.item_page, name="item"),
    path("items/<key:ingredient_id>/waste/", onhand.waste_dialog, name="waste"),
    path("items/<key:ingredient_id>/count/", onhand.count_dialog, name="count"),
    path("items/<key:ingredient_id>/difference/", onhand.difference, name="difference"),
    path("items/<key:ingredient_id>/limits/", onhand.limits_dialog, name="limits"),
    path("purchase-orders/", purchases.orders_page, name="orders"),
    path("purchase-orders/new/", purchases.new_order_page, name="new-order"),
    path("purchase-orders/<key:order_id>/", purchases.order_page, name="order"),
    path("purchase-orders/<key:order_id>/pdf/", purchases.order_pdf, name="order-pdf"),
    path("purchase-orders/<key:order_id>/send/", purchases.send, name="send"),
    path("purchase-orders/<key:order_id>/confirm/", purchases.confirm, name="confirm"),
    path("purchase-orders/<key:order_id>/cancel/", purchases.cancel_dialog, name="cancel"),
    path("purchase-orders/<key:order_id>/close/", purchases.close_dialog, name="close"),
    path("purchase-orders/<key:order_id>/receive/", purchases.receive_dialog, name="receive"),
    path(
        "purchase-orders/<key:order_id>/lines/<key:line_id>/",
        purchases.line_dialog,
        name="order-line",
    ),
    path("suppliers/", suppliers.suppliers_page, name="suppliers"),
    path("suppliers/new/", suppliers.new_supplier_page, name="new-supplier"),
    path("suppliers/<key:supplier_id>/", suppliers.supplier_page, name="supplier"),
    path("suppliers/<key:supplier_id>/remove/", suppliers.remove, name="remove-supplier"),
    path("suppliers/<key:supplier_id>/items/", suppliers.item_dialog, name="new-supplier-item"),
    path(
        "suppliers/<key:supplier_id>/items/<key:item_id>/",
        suppliers.item_dialog,
        name="supplier-item",
    ),
    path(
        "suppliers/<key:supplier_id>/items/<key:item_id>/remove/",
        suppliers.remove_item,
        name="remove-supplier-item",
    ),
]
