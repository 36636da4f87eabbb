"""Who is asking, and at which café: what views, API and sockets need to know of a request."""

from sales.services.tokens import user_of_token
from stock.access import current_location, location_id

__all__ = ["current_location", "location_id", "user_of_token"]
