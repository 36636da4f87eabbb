"""Channel layers that go wrong on purpose, each in its own way."""

from channels.layers import InMemoryChannelLayer


class WithholdingLayer(InMemoryChannelLayer):
    """Delivers every third message."""

    count = 0

    async def group_send(self, group: str, message: dict) -> None:
        self.count += 1
        if self.count % 3 == 0:
            await super().group_send(group, message)


class ReorderingLayer(InMemoryChannelLayer):
    """Delivers messages in pairs, the later one first."""

    held: tuple[str, dict] | None = None

    async def group_send(self, group: str, message: dict) -> None:
        if self.held is None:
            self.held = (group, message)
            return
        first, self.held = self.held, None
        await super().group_send(group, message)
        await super().group_send(*first)


class DeafLayer(InMemoryChannelLayer):
    """Takes everything and delivers nothing."""

    async def group_send(self, group: str, message: dict) -> None:
        return
