#!/usr/bin/env bash
# Installs what the tests need besides npm's packages: Chromium, which the tests of the page drive; Java and Maven, by
# which a Kafka broker and a schema registry are had; Redis; OpenSSL, Python and kcat, by which others publish and
# connect. Debian and Ubuntu. Leaves alone what is there already.
set -euo pipefail

packages=()

chromium=""
for found in "${CHROMIUM_PATH:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  if [ -z "$chromium" ] && [ -n "$found" ] && [ -x "$found" ]; then chromium="$found"; fi
done
[ -n "$chromium" ] || packages+=(chromium)
# With its compiler: the example of a producer in Java is run from its source.
command -v javac > /dev/null || packages+=(default-jdk-headless)
command -v mvn > /dev/null || packages+=(maven)
command -v redis-server > /dev/null || packages+=(redis-server)
command -v openssl > /dev/null || packages+=(openssl)
command -v kcat > /dev/null || packages+=(kcat)
python3 -c 'import ensurepip, venv' 2> /dev/null || packages+=(python3 python3-venv)

if [ "${#packages[@]}" -eq 0 ]; then
  echo "All tools of the tests are here."
  exit 0
fi

if ! command -v apt-get > /dev/null; then
  echo "There is no apt-get here. Install by other means: ${packages[*]}. A Chromium elsewhere is named in CHROMIUM_PATH." >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
# Run level 1: the tests start their own Redis, the system's is not needed.
"${as_root[@]}" env RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${packages[@]}"
echo "Installed: ${packages[*]}."
