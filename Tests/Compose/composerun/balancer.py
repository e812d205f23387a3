"""Takes turns over the replicas of a published port, connection by connection, as an operator's proxy would."""

import asyncio
import threading


class Balancer:
    """A thread with listeners of its own; a replica that takes no connection is passed over."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="balancer", daemon=True)
        self._thread.start()
        self._servers: list[asyncio.Server] = []
        # The loop itself refers to its tasks weakly.
        self._serving: set[asyncio.Task] = set()

    def listen(self, host: str, port: int, targets: list[tuple[str, int]]) -> None:
        asyncio.run_coroutine_threadsafe(self._listen(host, port, targets), self._loop).result(10)

    def close(self) -> None:
        async def close():
            for server in self._servers:
                server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _listen(self, host: str, port: int, targets: list[tuple[str, int]]) -> None:
        turn = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
            nonlocal turn
            turn += 1
            task = asyncio.current_task()
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
            for offset in range(len(targets)):
                try:
                    upstream = await asyncio.open_connection(*targets[(turn + offset) % len(targets)])
                except OSError:
                    continue
                await asyncio.gather(_pipe(reader, upstream[1]), _pipe(upstream[0], writer))
                upstream[1].close()
                writer.close()
                return
            writer.transport.abort()

        self._servers.append(await asyncio.start_server(serve, host, port, backlog=512))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One direction, its end and its abortion included."""
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()
    except (OSError, RuntimeError):
        writer.transport.abort()
    except asyncio.CancelledError:
        writer.transport.abort()
        raise
