#!/usr/bin/env bash
# Runs once, after the container was created: the server programs that tests start by themselves, and the workspace.
set -euo pipefail
sudo apt-get update
sudo DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql nats-server
npm run build
npm run hooks
