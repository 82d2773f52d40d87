"""One realistic call of a seeded key: what seed makes many of at once, and trickle a few a minute."""
import random

import httpx

CHAT = ["gpt-4o", "gpt-4o-mini", "claude-3-5-sonnet", "gemini-1.5-pro", "deepseek-chat"]
TAGS = ["blog", "shop", "chat", "search", "nightly"]
CUSTOMERS = ["customer-1", "customer-2", "customer-3", None, None]
QUESTIONS = [
    "What is the weather like in Lisbon in May?",
    "Summarise the following paragraph in one sentence: " + "lorem ipsum dolor sit amet " * 12,
    "Write a haiku on databases.",
    "Translate 'good morning' into Portuguese, German, French and Japanese.",
    "Explain WebAssembly to a child. " * 4,
]


class Gateway:
    """The local LiteLLM; every answer is an httpx.Response."""

    def __init__(self, url, master_key):
        self.url = url
        self.master_key = master_key
        # LiteLLM closes a connection that was idle for 5 s; one that is used again at that moment would fail.
        self.client = httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_keepalive_connections=0))

    async def post(self, path, body, key=None):
        return await self.client.post(self.url + path, json=body, headers={"authorization": f"Bearer {key or self.master_key}"})

    async def must_post(self, path, body):
        answer = await self.post(path, body)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code} {answer.text[:400]}")
        return answer


def choose(keys):
    """The alias of a key, by the weight of its traffic."""
    return random.choices(list(keys), [key["weight"] for key in keys.values()])[0]


async def call(gateway, key):
    """A chat or an embedding with this key. Some fail, as in real life: the provider, or a model the key may not use."""
    model = random.choice(key["models"])
    dice = random.random()
    if dice < 0.06 and key["models"] == CHAT:
        model = random.choice(["always-fails", "always-rate-limited"])
    elif dice < 0.08:
        model = "gpt-4o" if "gpt-4o" not in key["models"] else "no-such-model"
    metadata = {"tags": random.sample(TAGS, random.choice([0, 1, 1, 2]))}
    question = random.choice(QUESTIONS)
    if model.startswith("text-embedding"):
        return await gateway.post("/v1/embeddings", {"model": model, "input": question, "metadata": metadata}, key["key"])
    body = {"model": model, "messages": [{"role": "user", "content": question}], "metadata": metadata, "stream": random.random() < 0.2}
    customer = random.choice(CUSTOMERS)
    if customer:
        body["user"] = customer
    return await gateway.post("/v1/chat/completions", body, key["key"])
