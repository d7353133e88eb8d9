"""The address of an object store, and the words for what a server answers."""

from __future__ import annotations

import pytest
from obstore.exceptions import GenericError, PermissionDeniedError

from assets.object_store.location import (
    Location,
    StoreAddressError,
    StoreError,
    asking,
    location_of,
    open_store,
)
from pipelines.settings import Settings, SettingsError


@pytest.mark.parametrize(
    ("url", "bucket", "prefix", "shown"),
    [
        ("s3://imr", "imr", "", "s3://imr"),
        ("s3://imr/", "imr", "", "s3://imr"),
        ("s3://imr.example.org/public/v=1/", "imr.example.org", "public/v=1",
         "s3://imr.example.org/public/v=1"),
    ],
)  # fmt: skip
def test_addresses(url: str, bucket: str, prefix: str, shown: str) -> None:
    found = location_of(url)
    assert (found, found.url) == (Location(bucket, prefix), shown)


@pytest.mark.parametrize(
    "url",
    [
        "imr/public",
        "s3:///public",
        "s3://IMR/public",
        "gs://imr/public",
        "https://imr.example.org/public",
        "s3://imr/a//b",
        "s3://imr/../other",
        "s3://imr/with space",
        "s3://imr/.hidden",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(StoreAddressError, match="must be s3://bucket/prefix"):
        location_of(url)


@pytest.mark.parametrize(
    "url", ["s3://key:s3cret@imr/p", "s3://s3cret@imr/p", "s3://imr/p?secret=s3cret"]
)
def test_a_secret_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(StoreAddressError, match="put credentials into AWS_ACCESS_KEY_ID") as caught:
        location_of(url)
    assert "s3cret" not in str(caught.value)


def test_settings_have_a_store_only_where_one_is_set() -> None:
    assert Settings.from_environment({}).store is None
    assert Settings.from_environment({"IMR_STORE_URL": " "}).store is None
    found = Settings.from_environment({"IMR_STORE_URL": "s3://imr/p"}).store
    assert found == Location("imr", "p")
    with pytest.raises(SettingsError, match="IMR_STORE_URL must be"):
        _ = Settings.from_environment({"IMR_STORE_URL": "imr"}).store


@pytest.mark.parametrize("endpoint", ["store.example.org:9000", "http://[", "ftp://store", "http:"])
def test_an_endpoint_that_is_no_address_is_named(
    monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    with pytest.raises(StoreError, match=r"AWS_ENDPOINT_URL is '.*with its scheme: https://"):
        open_store(Location("imr", "p"))


ANSWER = "Generic S3 error: Error performing GET http://h/b in 2ms - Server returned non-2xx "


@pytest.mark.parametrize(
    ("text", "seen", "remedy"),
    [
        (ANSWER + "status code: 403 Forbidden: <Error><Code>AccessDenied</Code></Error>",
         "the credentials lack a permission", "s3:PutObject"),
        (ANSWER + "status code: 400 Bad Request: <Error><Code>ExpiredToken</Code></Error>",
         "the credentials have expired", "AWS_SESSION_TOKEN"),
        (ANSWER + "status code: 403 Forbidden: ", "it refused access (403)", "AWS_ACCESS_KEY_ID"),
        (ANSWER + "status code: 403: <Error><Code>RequestTimeTooSkewed</Code></Error>",
         "this machine's clock is too far from the server's", "Set the clock"),
        (ANSWER + "status code: 301: <Error><Code>PermanentRedirect</Code></Error>",
         "the region is not the bucket's", "Set AWS_REGION"),
        (ANSWER + "status code: 503 Slow: <Error><Code>SlowDown</Code></Error>",
         "the server answered 503 SlowDown", "Try again later"),
        ("Generic S3 error: Error performing PUT http://169.254.169.254/latest/api/token in 5s",
         "there are no credentials for it", "Set AWS_ACCESS_KEY_ID"),
        ("Generic S3 error: HTTP error: error sending request kind: Connect",
         "the server could not be reached", "AWS_ENDPOINT_URL"),
        ("Generic S3 error: HTTP error: error sending request source: TimedOut",
         "the server did not answer in time", "AWS_ENDPOINT_URL"),
    ],
)  # fmt: skip
def test_words_for_what_went_wrong(text: str, seen: str, remedy: str) -> None:
    with pytest.raises(StoreError) as caught, asking(Location("imr", "p")):
        raise GenericError(text)
    assert caught.value.seen == seen
    assert remedy in caught.value.remedy
    assert str(caught.value) == f"s3://imr/p: {seen}. {caught.value.remedy}"


def test_the_same_trouble_has_the_same_words() -> None:
    """What differs from night to night would be told as news every night."""

    def words(took: str) -> str:
        with pytest.raises(StoreError) as caught, asking(Location("imr", "p")):
            raise PermissionDeniedError(ANSWER.replace("2ms", took) + "status code: 403")
        return str(caught.value)

    assert words("2ms") == words("17.3µs")


def test_an_object_that_is_not_there_is_no_trouble_of_the_store() -> None:
    with pytest.raises(FileNotFoundError), asking(Location("imr", "p")):
        raise FileNotFoundError("<Code>NoSuchKey</Code>")
    with pytest.raises(StoreError, match="no such bucket"), asking(Location("imr", "p")):
        raise FileNotFoundError("<Code>NoSuchBucket</Code>")
