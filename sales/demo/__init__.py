"""The demo café that `load_demo` opens: `is_needed` and `create_cafe` (sales/demo/cafe.py)."""

from sales.demo.cafe import DAYS, create_cafe, is_needed
from sales.demo.staff import PASSWORD, STAFF

__all__ = ["DAYS", "PASSWORD", "STAFF", "create_cafe", "is_needed"]
