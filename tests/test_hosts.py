"""Which addresses may be asked for a file: a narrow list, whatever way an address is spelled."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
import yarl
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MediaError, MediaReason
from bot.hosts import DISCORD_HOSTS, Host, check_address, is_public, read_host

LISTED = {
    *DISCORD_HOSTS,
    *("files.example:8443", "127.0.0.1:8080", "127.0.0.1:80", "127.8.9.10:443", "[::1]:9000"),
    *("8.8.8.8:443", "10.0.0.1:443", "[::ffff:7f00:1]:443", "[2606:4700::1111]:443"),
    # Listed by mistake, as it were: these must be refused for what they are.
    *("0.0.0.0:443", "169.254.169.254:443", "[64:ff9b::7f00:1]:443", "[2002:7f00:1::]:443"),
}
FINE = [
    ("https://cdn.discordapp.com/attachments/1/2/fox.png?ex=1&is=2&hm=3&", "cdn.discordapp.com:443"),
    ("HTTPS://CDN.DiscordApp.com/a", "cdn.discordapp.com:443"),
    ("https://cdn.discordapp.com", "cdn.discordapp.com:443"),
    ("https://cdn.discordapp.com:443/a%20b/%C3%BC.png", "cdn.discordapp.com:443"),
    ("https://cdn.discordapp.com/a@b/[c];d=e,f!(g)'*~", "cdn.discordapp.com:443"),
    ("https://media.discordapp.net/a?b=/c?d", "media.discordapp.net:443"),
    ("https://files.example:8443/a", "files.example:8443"),
    ("https://8.8.8.8/a", "8.8.8.8:443"),
    ("https://[2606:4700:0::1111]/a", "[2606:4700::1111]:443"),
    ("http://127.0.0.1:8080/a", "127.0.0.1:8080"),
    ("https://127.0.0.1:8080/a", "127.0.0.1:8080"),
    ("http://127.0.0.1/a", "127.0.0.1:80"),
    ("http://[::1]:9000/a", "[::1]:9000"),
    ("http://[0:0::1]:9000/a", "[::1]:9000"),
]
NASTY = [
    "",
    "fox.png",
    "//cdn.discordapp.com/a",
    "https:cdn.discordapp.com/a",
    "https:/cdn.discordapp.com/a",
    "https:///cdn.discordapp.com/a",
    "https://",
    "http://cdn.discordapp.com/a",
    "http://cdn.discordapp.com:443/a",
    "http://8.8.8.8:443/a",
    "ftp://cdn.discordapp.com/a",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "view-source:https://cdn.discordapp.com/a",
    "https://evil.example/a",
    "https://cdn.discordapp.com.evil.example/a",
    "https://evil.example/cdn.discordapp.com",
    "https://evilcdn.discordapp.com/a",
    "https://sub.cdn.discordapp.com/a",
    "https://discordapp.com/a",
    "https://cdn.discordapp.com./a",
    "https://cdn..discordapp.com/a",
    "https://.cdn.discordapp.com/a",
    "https://cdn.discordapp.com:80/a",
    "https://cdn.discordapp.com:8443/a",
    "https://cdn.discordapp.com:/a",
    "https://cdn.discordapp.com:0443443/a",
    "https://cdn.discordapp.com:0/a",
    "https://cdn.discordapp.com:99999/a",
    "https://cdn.discordapp.com:443:443/a",
    "https://cdn.discordapp.com:+443/a",
    "https://files.example/a",
    "https://ada@cdn.discordapp.com/a",
    "https://ada:pw@cdn.discordapp.com/a",
    "https://cdn.discordapp.com@evil.example/a",
    "https://cdn.discordapp.com:443@evil.example/a",
    "https://evil.example@cdn.discordapp.com/a",
    "https://@cdn.discordapp.com/a",
    "https://evil.example\\@cdn.discordapp.com/a",
    "https://cdn.discordapp.com\\@evil.example/a",
    "https://cdn.discordapp.com\\.evil.example/a",
    "https:\\\\cdn.discordapp.com\\a",
    "https://cdn.discordapp.com/a\\b",
    "https://cdn.discordapp.com#@evil.example/a",
    "https://cdn.discordapp.com/a#b",
    "https://evil.example#cdn.discordapp.com/a",
    "https://evil.example?cdn.discordapp.com/a",
    "https://cdn.discordapp.com?@evil.example/a",
    "https://cdn.discordapp.com;evil.example/a",
    "https://cdn.discordapp.com%2eevil.example/a",
    "https://cdn%2ediscordapp.com/a",
    "https://cdn.discordapp.com%00.evil.example/a",
    "https://cdn.discordapp.com\0.evil.example/a",
    "https://cdn.discordapp.com\t/a",
    "https://cdn.discord\napp.com/a",
    "https://cdn.discordapp.com/a b",
    "https://cdn.discordapp.com/a\r\nHost: evil.example",
    " https://cdn.discordapp.com/a",
    "https://cdn.discordapp.com/a ",
    "https://cdn.discordapp.com/ü.png",
    "https://cdn.discordapp.com/a{b}",
    "https://cdn。discordapp。com/a",
    "https://cdn.d\u0131scordapp.com/a",
    "https://cdn.di\u017fcordapp.com/a",
    "https://cdn.discordapp.com\u200b/a",
    "https://ⓒdn.discordapp.com/a",
    "https://xn--cdn-.discordapp.com/a",
    "https://localhost/a",
    "https://10.0.0.1/a",
    "https://0.0.0.0/a",
    "https://169.254.169.254/latest/meta-data",
    "https://[64:ff9b::7f00:1]/a",
    "https://[2002:7f00:1::]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[::ffff:7f00:1]/a",
    "http://[::ffff:7f00:1]:443/a",
    "http://127.0.0.1:8081/a",
    "http://127.0.0.2:8080/a",
    "http://127.1:8080/a",
    "http://0177.0.0.1:8080/a",
    "http://0x7f.0.0.1:8080/a",
    "http://0x7f000001:8080/a",
    "http://2130706433:8080/a",
    "http://127.0.0.1.:8080/a",
    "http://127.0.0.1.nip.io:8080/a",
    "http://[::1%25lo]:9000/a",
    "http://[::1%lo]:9000/a",
    "http://[::1]9000/a",
    "http://::1:9000/a",
    "http://[127.0.0.1]:8080/a",
    "http://[::1/a",
    "https://cdn.discordapp.com/" + "a" * 2048,
]
PRIVATE = [
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.8"),  # noqa: S104
    *("192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "203.0.113.1", "224.0.0.1"),
    *("239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:8.8.8.8"),
    *("64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:808:808::1"),
    *("3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1"),
]


@pytest.mark.parametrize(("url", "host"), FINE)
def test_a_listed_host_may_be_asked(url: str, host: str) -> None:
    found = check_address(url, LISTED)
    assert str(found) == host
    asked = yarl.URL(url, encoded=True)
    asked_of = read_host(f"[{asked.host}]" if ":" in (asked.host or "") else asked.host or "")
    assert (asked_of.name, asked.port) == (found.name, found.port)


@pytest.mark.parametrize("url", NASTY)
def test_every_other_address_is_refused(url: str) -> None:
    with pytest.raises(MediaError) as caught:
        check_address(url, LISTED)
    assert caught.value.reason is MediaReason.REFUSED


def test_with_nothing_listed_nothing_may_be_asked() -> None:
    for url, _ in FINE:
        with pytest.raises(MediaError):
            check_address(url, ())


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_that_is_not_public_is_told(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["1.1.1.1", "8.8.8.8", "162.159.135.233", "2606:4700::1111", "2a00::1"])
def test_a_public_address_is_told(text: str) -> None:
    assert is_public(ip_address(text))


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_what_counts_as_public_is_nothing_else_in_disguise(address: IPv4Address | IPv6Address) -> None:
    if is_public(address):
        assert address.is_global
        odd = [address.is_multicast, address.is_loopback, address.is_link_local]
        odd += [address.is_unspecified, address.is_private, address.is_reserved]
        assert not any(odd)
        if isinstance(address, IPv6Address):
            assert (address.ipv4_mapped, address.sixtofour, address.teredo) == (None, None, None)


PIECES = [*"aA0.:@/\\?#[]%-_; \t\r\n\0=&", "ü", "。", "\u017f", "cdn.discordapp.com", "127.0.0.1"]
TRICKS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@given(TRICKS, TRICKS, st.sampled_from(["https://", "http://", "HTTPS:", "https:/", ""]))
def test_what_may_be_asked_is_asked_of_a_listed_host(before: str, behind: str, scheme: str) -> None:
    url = f"{scheme}{before}cdn.discordapp.com{behind}"
    try:
        check_address(url, LISTED)
    except MediaError:
        return
    asked = yarl.URL(url, encoded=True)
    name, port = (asked.host or "").lower(), asked.port
    assert f"{name}:{port}" in LISTED
    assert (asked.user, asked.password, asked.raw_fragment) == (None, None, "")
    assert asked.scheme == "https" or name.startswith("127.")


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/a", f"https://cdn.discordapp.com/{text}"):
        try:
            assert str(check_address(url, DISCORD_HOSTS)) in DISCORD_HOSTS
        except MediaError as error:
            assert error.reason is MediaReason.REFUSED  # noqa: PT017 - either is right
        if not url.isascii():
            with pytest.raises(MediaError):
                check_address(url, DISCORD_HOSTS)


@given(st.ip_addresses(v=6), st.integers(1, 65535))
def test_an_address_is_the_same_host_in_every_spelling(address: IPv6Address, port: int) -> None:
    host = Host(str(address), port)
    for spelling in (str(address), address.exploded, address.exploded.upper()):
        assert read_host(f"[{spelling}]:{port}") == host
    assert read_host(str(host)) == host
    assert host.address == address


@pytest.mark.parametrize(
    ("text", "port", "host"),
    [
        ("CDN.example", 443, Host("cdn.example", 443)),
        ("cdn.example:80", 443, Host("cdn.example", 80)),
        ("a-b.c1", 443, Host("a-b.c1", 443)),
        ("localhost", 80, Host("localhost", 80)),
        ("127.0.0.1", 80, Host("127.0.0.1", 80)),
        ("1.example", 443, Host("1.example", 443)),
    ],
)
def test_a_host_is_read_with_or_without_its_port(text: str, port: int, host: Host) -> None:
    assert read_host(text, port=port) == host


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            ":80",
            "a:",
            "a:0",
            "a:65536",
            "a b",
            "a/b",
            "-a",
            "a-",
            "a.",
            "a..b",
            "a_b",
            "1",
            "1.2",
            "1.0x2",
        ),
        *("256.1.1.1", "[1", "[::g]", "[1.2.3.4]", "::1", "ä", "\u212a", "a" * 64, "a." * 127 + "ab", "a.0x"),
    ],
)
def test_what_is_no_host_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever words, the caller has its own
        read_host(text)


def test_only_loopback_is_listed_of_what_is_not_public() -> None:
    loopback = {"127.0.0.1": True, "127.9.9.9": True, "[::1]": True, "8.8.8.8": False, "localhost": False}
    for text, is_loopback in loopback.items():
        assert (read_host(text).may_be_listed, read_host(text).is_loopback) == (True, is_loopback)
    for text in PRIVATE:
        bare = f"[{text}]" if ":" in text else text
        assert read_host(bare).may_be_listed is (text in {"127.0.0.1", "::1"})
