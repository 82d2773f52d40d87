# The commands of the project; each is a script in dev/, where the options are.
.DEFAULT_GOAL := help
.PHONY: help setup build zip kit doc check test languages screenshots bench demo demo-stop clean

help: ## Shows this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Starts LiteLLM and WordPress with the plugin; Ctrl-C ends it (DETACH=1: returns when ready)
	@dev/demo $(if $(DETACH),--detach)

demo-stop: ## Ends a demo that was started with DETACH=1
	@dev/demo-stop

setup: ## Installs everything that build, demo and tests need
	@dev/setup test

build: ## Builds the app: frontend/dist/
	@dev/build

zip: ## Builds the plugin: dist/litellm-dashboard.zip
	@dev/zip

kit: ## Packs the deployment kit: dist/litellm-deploy-kit.tar.gz
	@dev/kit

doc: ## Makes the handbook a book for each language: dist/doc/
	@dev/doc

check: ## Format, clippy, native tests, PHP and shell syntax: the quick inner loop
	@dev/check

test: ## Runs everything: check, zip, browser, PHP, LiteLLM 1.80.11 and 1.106.2, end to end
	@dev/test

languages: ## Brings the files of translators in php-shim/languages/ up to the sources
	@dev/languages

screenshots: ## Takes pictures of every page and state: dist/screenshots/ (SHOTS=keys,overview WIDTHS=400 LOOKS=midnight: only these)
	@dev/screenshots

bench: ## Measures the app, WordPress and LiteLLM's own UI: a table and dist/bench.json (LARGE=1: with a million calls)
	@tests/bench/run $(if $(LARGE),--large)

clean: ## Removes what was built (ALL=1: and this user's tools and downloads)
	@dev/clean $(if $(ALL),--all)
