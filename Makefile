# kez: set-up, build, run and test. `make` alone lists the targets.
# Every set-up step looks first and does only what is missing.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

# SwiftPM writes a package's traits in the order of a hash table, which a random seed changes from one run to the next:
# the compiler's arguments then differ, and it compiles again what has not changed.
SWIFT_BUILD := SWIFT_DETERMINISTIC_HASHING=1 swift build
NATS := $(CURDIR)/.tools/bin/nats-server
NATS_2_10 := $(CURDIR)/.tools/nats-server-2.10.27/nats-server

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9.-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: up
up: setup web ## Build, then run the whole system in the foreground (ARGS="…" go to kez up)
	$(SWIFT_BUILD) -c release --product kez
	@exec .build/release/kez up --nats-server "$(NATS)" $(ARGS)

.PHONY: setup
setup: ## Install what building and running need, if missing
	@scripts/check-swift
	@scripts/setup-packages
	@scripts/setup-nats-server

.PHONY: web
web: ## Build the web client into .build/web, if it changed
	@scripts/setup-web
	@scripts/build-web --if-changed

.PHONY: build
build: setup web ## Build kez and the web client for release
	$(SWIFT_BUILD) -c release --product kez

.PHONY: build-static
build-static: setup ## Build kez for release with Swift's libraries inside, as the image and the package have it
	$(SWIFT_BUILD) -c release --product kez --static-swift-stdlib

.PHONY: deb
deb: build-static web ## Build a Debian package into .build/deb
	@scripts/build-deb

.PHONY: test
test: setup-test ## Run every test, end with a summary
	@scripts/setup-browser
	@scripts/test-all

.PHONY: test-swift
test-swift: setup ## Run the Swift tests: unit and integration
	@scripts/test-all unit integration

.PHONY: test-interop
test-interop: setup-test ## Run the tests written in other languages against the kez binary
	@scripts/test-all interop

.PHONY: test-web
test-web: setup ## Run the tests of the web client that need no browser
	@scripts/setup-web
	@scripts/setup-node
	@scripts/test-all web

.PHONY: test-web-e2e
test-web-e2e: setup-test ## Run the web client in Chromium against the real system
	@scripts/setup-browser
	@scripts/test-all web-e2e

.PHONY: test-split
test-split: setup-test ## Run what concerns the split deployment: compose file, procedures, interop, end-to-end, faults
	@scripts/test-all units compose procedures split split-e2e faults

.PHONY: test-compat
test-compat: setup nats-2.10 ## Run the integration tests against nats-server 2.10.27
	@NATS_SERVER="$(NATS_2_10)" scripts/test-all integration

.PHONY: setup-test
setup-test: setup
	@scripts/setup-interop
	@scripts/setup-web
	@scripts/setup-node

.PHONY: nats-2.10
nats-2.10: ## Fetch nats-server 2.10.27, the oldest that kez supports
	@scripts/setup-nats-2.10

.PHONY: lint
lint: ## Check formatting and the direction of imports
	@scripts/check-swift
	swift format lint --strict --recursive --parallel Package.swift Sources Tests
	@scripts/check-imports

.PHONY: clean
clean: ## Remove what builds and set-up made (.build*, .tools); no message data
	rm -rf .build .build-* .tools
