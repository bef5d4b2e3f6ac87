#!/usr/bin/env bash
# Publishes JSON lines by kcat. kcat writes bytes as they are given and cannot encode Avro, and a topic of Flywheel takes
# no JSON (it would be a dead letter, decode.magic_byte): each event is framed as Avro first, then sent as one file.
#   BROKERS=127.0.0.1:9092 REGISTRY=http://127.0.0.1:8081/apis/ccompat/v7 publish.sh ad.metrics ../metrics.ndjson
set -euo pipefail
topic=$1
events=$2
here=$(cd "$(dirname "$0")" && pwd)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
node --import tsx "$here/frame.ts" "$topic" "$events" "$folder"

for file in "$folder"/*.avro; do
  key=$(basename "$file" .avro)
  # librdkafka's own default partitioner is another hash: every record in the wrong partition is a dead letter.
  kcat -P -b "${BROKERS:-127.0.0.1:9092}" -t "${TOPIC_PREFIX:-}$topic" -k "${key#*.}" \
    -X topic.partitioner=murmur2_random -X acks=all "$file"
done
