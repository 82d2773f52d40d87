"""A handful of calls a minute with the seeded keys, until it is stopped; started by `trickle`, which see."""
import asyncio
import json
import os
import random
import time

import httpx

from traffic import Gateway, call, choose


async def main():
    with open(os.environ["SEED_STATE"]) as f:
        keys = json.load(f)["keys"]
    gateway = Gateway(os.environ["LITELLM_URL"], None)
    while True:
        # Mostly one call every few seconds, now and then a small burst.
        for _ in range(random.choice([1, 1, 1, 1, 1, 2, 4])):
            alias = choose(keys)
            try:
                status = (await call(gateway, keys[alias])).status_code
            except httpx.HTTPError as error:
                status = type(error).__name__
            print(time.strftime("%H:%M:%S"), alias, status, flush=True)
            await asyncio.sleep(random.uniform(0.3, 1.5))
        await asyncio.sleep(min(random.expovariate(1 / 9), 40))


asyncio.run(main())
