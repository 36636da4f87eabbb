"""The live till: what is on sale, sold out or running short, and whether the shift is open."""

from functools import partial

from django.template.loader import render_to_string

from config.consumers import LiveConsumer
from sales.queries.grid import Grid, Tile, product_grid


class TillConsumer(LiveConsumer):
    """`/ws/till/`: pushes what differs from the grid last shown.

    Most changes touch no tile and push nothing; a sold-out product or a countdown pushes its tile;
    a menu edit, or a shift opened or closed, pushes tabs, grid and shift.
    """

    permission = "sales.add_order"

    async def begin(self) -> None:
        """Push the grid unless the page was rendered at this very revision."""
        self._grid = grid = await self.hub.read(partial(product_grid, self.location_id))
        # A sale during the read is in the grid but not in its revision, nor on the page.
        revision = await self.hub.revision_of(self.location_id)
        self.target = max(self.target, revision)
        known = grid.revision == revision and self.page_is_of(revision)
        await self._push(grid.revision, "" if known else await self._whole(grid))

    async def catch_up(self) -> None:
        asked = self.target
        grid = await self.hub.shared(
            (self.kind, "grid", asked), partial(product_grid, self.location_id)
        )
        if self.target == asked:
            self.target = grid.revision  # the database is right, whatever a hint promised
        tiles = grid.tiles_unlike(self._grid)
        html = await (self._whole(grid) if tiles is None else self._tiles(grid, tiles))
        self._grid = grid
        await self._push(grid.revision, html)

    async def _whole(self, grid: Grid) -> str:
        return await self.hub.shared((self.kind, "whole", grid.revision), partial(_whole, grid))

    async def _tiles(self, grid: Grid, tiles: list[Tile]) -> str:
        if not tiles or not grid.shift_id:
            return ""
        key = (self.kind, grid.revision, *(tile.product.id for tile in tiles))
        return await self.hub.shared(key, partial(_tiles, grid, tiles))


def _whole(grid: Grid) -> str:
    return render_to_string("sales/live.html", {"grid": grid, "oob": True})


def _tiles(grid: Grid, tiles: list[Tile]) -> str:
    return "".join(
        render_to_string("sales/pos.html#tile", {"grid": grid, "tile": tile, "tile_oob": True})
        for tile in tiles
    )
