"""Template filters for amounts and quantities: `{% load cafe %}`."""

from django import template

from config.money import format_money, format_quantity

register = template.Library()
register.filter("money", format_money)
register.filter("quantity", format_quantity)
