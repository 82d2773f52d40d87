#!/usr/bin/env python3
"""Tries the gateway: lists models, chats, streams, shows what it cost. It needs the package openai (pip install openai).

    try.py [MODEL]

The address and the key are those of this folder's start script; LITELLM_URL and LITELLM_KEY are others.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def settings():
    url, key = os.environ.get("LITELLM_URL"), os.environ.get("LITELLM_KEY")
    port = "24157"
    try:
        if not url:
            with open(os.path.join(HERE, "..", ".env"), encoding="utf-8") as file:
                for line in file:
                    if line.startswith("LITELLM_PORT=") and line[13:].strip():
                        port = line[13:].strip()
        if not key:
            with open(os.path.join(HERE, "..", "key.txt"), encoding="utf-8") as file:
                key = file.read().strip()
    except OSError as error:
        sys.exit(f"{error.filename} cannot be read: {error.strerror}. start.sh (or start.ps1) makes it.")
    return url or f"http://127.0.0.1:{port}", key


def main():
    try:
        from litellm_client import GatewayError, LiteLLMClient
    except ImportError as error:
        if error.name != "openai":
            raise
        sys.exit("The package openai is not installed for this Python: python3 -m pip install openai")
    url, key = settings()
    client = LiteLLMClient(url, key)
    try:
        models = client.models()
        print(f"models:   {', '.join(models) or 'none'}")
        if not models:
            sys.exit("The key may use no model, or the configuration has none.")
        model = sys.argv[1] if len(sys.argv) > 1 else models[0]
        answer = client.chat(model, "Say hello in one sentence.")
        cost = "unknown" if answer.cost is None else f"{answer.cost:.6f} US dollars"
        print(f"chat:     {answer.text}\n          by {answer.model}, cost {cost}")
        print("stream:   ", end="", flush=True)
        pieces = 0
        for piece in client.stream(model, "Count to five."):
            print(piece, end="", flush=True)
            pieces += 1
        print(f"\n          in {pieces} pieces")
        spend = client.spend()
        budget = "without a budget" if spend.budget is None else f"of {spend.budget:g}"
        print(f"spend:    {spend.spent:.6f} {budget} US dollars; the last calls are in it within a minute")
    except GatewayError as error:
        sys.exit(f"\nfailed:   {error}")


if __name__ == "__main__":
    main()
