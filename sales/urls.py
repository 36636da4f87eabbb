"""Addresses of the till."""

from django.urls import path

from sales.views import orders, payment, pos, shifts

app_name = "sales"

urlpatterns = [
    path("pos/", pos.till_page, name="pos"),
    path("pos/cart/", pos.change_cart, name="cart"),
    path("pos/pick/", pos.pick, name="pick"),
    path("pos/payment/", payment.payment, name="payment"),
    path("pos/pay/", payment.pay, name="pay"),
    path("pos/orders/", orders.orders_dialog, name="orders"),
    path("pos/orders/<int:order_id>/pay/", orders.pay_order, name="pay-order"),
    path("pos/orders/<int:order_id>/cancel/", orders.cancel, name="cancel-order"),
    path("pos/shift/", shifts.shift_page, name="shift"),
    path("pos/shift/open/", shifts.open_dialog, name="open-shift"),
    path("pos/shift/cash/", shifts.cash_dialog, name="cash"),
    path("pos/shift/close/", shifts.close_dialog, name="close-shift"),
    path("pos/shift/<int:shift_id>/", shifts.shift_result, name="shift-result"),
]
