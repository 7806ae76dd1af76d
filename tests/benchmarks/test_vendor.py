from __future__ import annotations

import aiohttp

from benchmarks.vendor import Vendor


async def test_what_is_under_way_is_told_and_ends_on_demand() -> None:
    vendor = Vendor()
    (key, other) = vendor.fill(2, pictures=2, clips=1)
    async with vendor, aiohttp.ClientSession(vendor.url) as session:

        async def post(path: str, key: str = key, **body: str) -> int:
            headers = {"Authorization": f"Bearer {key}"}
            async with session.post(path, json=body, headers=headers) as answer:
                return answer.status

        async def state() -> dict[str, object]:
            async with session.get("/control/state") as answer:
                return await answer.json()

        assert await post("/v2/jobs/imagine", prompt="a harbour", replyRef="one") == 200
        assert await post("/v2/jobs/imagine", prompt="a ferry", replyRef="two") == 200
        assert await post("/v2/jobs/imagine", prompt="a quay", replyRef="three") == 429
        assert await post("/v2/jobs/imagine", other, prompt="a quay", replyRef="three") == 200
        assert await state() == {"running": 3, "made": {"one": 1, "two": 1, "three": 1}, "polls": 0}
        assert await post("/control/finish") == 200
        assert (await state())["running"] == 0
