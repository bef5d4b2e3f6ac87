"""Publishes JSON lines as Avro.

pip install -r requirements.txt
BROKERS=127.0.0.1:9092 REGISTRY=http://127.0.0.1:8081/apis/ccompat/v7 \
  python publish.py ad.metrics account_id ../metrics.ndjson
"""

import io
import json
import os
import struct
import sys
import urllib.request

import fastavro
from confluent_kafka import Producer


def registered(registry: str, topic: str) -> tuple[int, dict]:
    """Id and newest schema of the topic, as `flywheel provision` registered it; nothing is registered here."""
    with urllib.request.urlopen(f"{registry}/subjects/{topic}-value/versions/latest", timeout=10) as answer:
        found = json.load(answer)
    return found["id"], fastavro.parse_schema(json.loads(found["schema"]))


def framed(schema_number: int, schema: dict, event: dict) -> bytes:
    """Confluent wire format: a zero byte, the schema id as four bytes big-endian, the Avro body."""
    body = io.BytesIO()
    body.write(struct.pack(">bI", 0, schema_number))
    fastavro.schemaless_writer(body, schema, event)
    return body.getvalue()


def main(topic: str, key_field: str, events_file: str) -> int:
    number, schema = registered(os.environ["REGISTRY"], topic)
    producer = Producer(
        {
            "bootstrap.servers": os.environ.get("BROKERS", "127.0.0.1:9092"),
            "acks": "all",
            "enable.idempotence": True,
            # librdkafka's own default is another hash: every record in the wrong partition is a dead letter.
            "partitioner": "murmur2_random",
        }
    )
    failed = 0

    def delivered(error, message):
        nonlocal failed
        if error is not None:
            failed += 1
            print(f"not delivered: {error}", file=sys.stderr)
        else:
            print(f"partition {message.partition()}, offset {message.offset()}")

    with open(events_file, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            value = framed(number, schema, event)
            producer.produce(topic, key=event[key_field], value=value, on_delivery=delivered)
            producer.poll(0)
    left = producer.flush(60)
    return 1 if failed or left else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
