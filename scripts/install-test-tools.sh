#!/usr/bin/env bash
# Installs what the tests need besides npm's packages: Chromium, which the tests of the page drive. Debian and Ubuntu.
# Does nothing where there is one already, at a usual place or named by CHROMIUM_PATH.
set -euo pipefail

for found in "${CHROMIUM_PATH:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  if [ -n "$found" ] && [ -x "$found" ]; then
    echo "Chromium is at $found."
    exit 0
  fi
done

if ! command -v apt-get > /dev/null; then
  echo "There is no apt-get here. Install Chromium or Chrome by other means and name it in CHROMIUM_PATH." >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium
echo "Chromium is at $(command -v chromium)."
