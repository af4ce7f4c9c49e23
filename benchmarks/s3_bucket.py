"""A store of the S3 protocol for benchmarks: a real server within this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def bucket(name: str = "models") -> Iterator[Mapping[str, str]]:
    """An empty bucket until the block ends; the environment of who keeps versions in it."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
        )
        client.create_bucket(Bucket=name)
        yield {
            **CREDENTIALS,
            "OMAKASE_VERSIONS__URL": f"s3://{name}/house",
            "OMAKASE_VERSIONS__ENDPOINT": endpoint,
        }
    finally:
        server.stop()
