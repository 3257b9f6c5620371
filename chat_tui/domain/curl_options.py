"""Table of curl's options: which take a value, which do not affect the request, and why the others are dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from chat_tui.domain.shell_words import Word

_VALUED: Final = frozenset(
    """
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to
    continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw data-urlencode
    delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine
    etag-compare etag-save expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method ftp-port
    ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5 hostpubsha256 hsts interface ip-tos
    ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options
    mail-auth mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir
    parallel-max parallel-max-host pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert
    proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type
    proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword
    proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range rate referer request request-target resolve retry
    retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service
    socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers
    tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-file upload-flags url url-query
    user user-agent variable vlan-priority write-out
    """.split()  # noqa: SIM905 - two hundred quoted words would be harder to read
)
_SHORT: Final = dict(
    pair.split("=", 1)
    for pair in """
    a=append E=cert K=config C=continue-at b=cookie c=cookie-jar d=data q=disable D=dump-header f=fail F=form
    P=ftp-port G=get g=globoff I=head H=header h=help 0=http1.0 i=include k=insecure 4=ipv4 6=ipv6
    j=junk-session-cookies l=list-only L=location M=manual m=max-time n=netrc :=next N=no-buffer o=output Z=parallel
    #=progress-bar x=proxy U=proxy-user p=proxytunnel Q=quote r=range e=referer J=remote-header-name O=remote-name
    R=remote-time X=request S=show-error s=silent Y=speed-limit y=speed-time 2=sslv2 3=sslv3 t=telnet-option
    z=time-cond 1=tlsv1 T=upload-file B=use-ascii u=user A=user-agent v=verbose V=version w=write-out
    """.split()  # noqa: SIM905
)
WITHOUT_EFFECT: Final = frozenset(
    """
    alt-svc anyauth append basic buffer clobber compressed connect-timeout cookie-jar create-dirs create-file-mode
    disable dump-header etag-save expect100-timeout fail fail-early fail-with-body false-start globoff
    happy-eyeballs-timeout-ms hsts http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only include ipv4
    ipv6 junk-session-cookies keepalive keepalive-cnt keepalive-time libcurl limit-rate location max-filesize
    max-redirs max-time no-alpn no-buffer no-clobber no-compressed no-keepalive no-progress-meter no-sessionid out-null
    output output-dir parallel parallel-immediate parallel-max parallel-max-host path-as-is post301 post302 post303
    progress-bar progress-meter raw remote-header-name remote-name remote-name-all remote-time remove-on-error retry
    retry-all-errors retry-connrefused retry-delay retry-max-time rate show-error show-headers silent skip-existing
    speed-limit speed-time ssl ssl-no-revoke ssl-reqd ssl-revoke-best-effort stderr styled-output
    suppress-connect-headers tcp-fastopen tcp-nodelay tls-max tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace
    trace-ascii trace-config trace-ids trace-time use-ascii user-agent verbose write-out xattr
    """.split()  # noqa: SIM905
)
"""Options that only affect transfer and output."""

_KEY: Final = "the API key comes from the provider's configuration"
_TRUST: Final = "trusted certificates are set by the provider's ca_file in the configuration"
_PROXY: Final = "the proxy is set by the environment (HTTPS_PROXY)"
_BODY: Final = "the body must be JSON"
_REASONS: Final = {
    **dict.fromkeys(("aws-sigv4", "digest", "negotiate", "netrc", "netrc-file", "netrc-optional", "ntlm"), _KEY),
    **dict.fromkeys(("oauth2-bearer", "user"), _KEY),
    **dict.fromkeys(("cacert", "capath", "insecure", "pinnedpubkey"), _TRUST),
    **dict.fromkeys(("noproxy", "preproxy", "proxy", "proxy-user", "proxy-header", "proxytunnel"), _PROXY),
    **dict.fromkeys(("socks4", "socks4a", "socks5", "socks5-hostname"), _PROXY),
    **dict.fromkeys(("data-urlencode", "form", "form-string", "upload-file"), _BODY),
    **dict.fromkeys(("cert", "key", "pass"), "client certificates are not supported"),
    "config": "config files are not read",
    "cookie": "cookies are not supported",
    "get": "the data is always sent as the body of a POST",
    "head": "requests are always POST",
    "next": "only one request is imported",
    "url-query": "URL queries are not supported",
}


class Option(Struct, frozen=True):
    """One option or operand."""

    name: str
    """The long name without dashes; empty for an operand."""
    written: str
    """As written in the command: ``-H``."""
    value: Word | None = None
    """None if the option takes no value, or the value is missing."""


def options(words: Sequence[Word]) -> Iterator[Option]:
    """Yield the options and operands after ``curl`` in order; values may be attached, short options combined."""
    rest = list(reversed(words))
    only_operands = False
    while rest:
        word = rest.pop()
        text = word.text
        if only_operands or not text.startswith("-") or text == "-":
            yield Option("", text, word)
        elif text == "--":
            only_operands = True
        elif text.startswith("--"):
            yield _long(word, rest)
        else:
            yield from _row(word, rest)


def reason(option: Option) -> str:
    """Return a sentence that names the option and says why it was left out."""
    words = _REASONS.get(option.name, "sessions do not store it")
    return f"{option.written} was ignored: {words}."


def _long(word: Word, rest: list[Word]) -> Option:
    name, equals, attached = word.text[2:].partition("=")
    known = _full_name(name)
    if equals:
        return Option(known, f"--{name}", Word(attached, word.variables))
    return Option(known, f"--{name}", rest.pop() if takes_value(known) and rest else None)


def takes_value(name: str) -> bool:
    """Return whether a long option takes a value."""
    return name in _VALUED or name.startswith("expand-")


def _full_name(name: str) -> str:
    """Return the name itself, or the full name of an unambiguous abbreviation."""
    if name in _VALUED or name in WITHOUT_EFFECT or name in _REASONS:
        return name
    longer = [each for each in (*_VALUED, *_SHORT.values()) if each.startswith(name)] if len(name) > 2 else []
    return longer[0] if len(set(longer)) == 1 else name


def _row(word: Word, rest: list[Word]) -> Iterator[Option]:
    """Parse combined short options; the first one with a value takes the rest of the word, or the next word."""
    for place, letter in enumerate(word.text[1:], 2):
        name = _SHORT.get(letter, letter)
        if not takes_value(name):
            yield Option(name, f"-{letter}")
            continue
        attached = word.text[place:]
        value = Word(attached, word.variables) if attached else rest.pop() if rest else None
        yield Option(name, f"-{letter}", value)
        return
