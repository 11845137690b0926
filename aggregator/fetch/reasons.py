"""Turns what the network layers raise into one sentence that a person understands."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl

import httpcore

from aggregator.errors import FetchError


def name_not_found(host: str) -> FetchError:
    """The host's name leads to no address."""
    return FetchError(
        f"the name {host} was not found",
        hint="Is it spelt right? If this machine is off the network, this will mend itself.",
    )


_ERRNO = {
    errno.ECONNREFUSED: "{host} refused the connection: nothing listens there",
    errno.ECONNRESET: "{host} broke the connection off",
    errno.EPIPE: "{host} broke the connection off",
    errno.ECONNABORTED: "{host} broke the connection off",
    errno.EHOSTUNREACH: "there is no route to {host}",
    errno.ENETUNREACH: "there is no route to {host}: is this machine on the network?",
    errno.ETIMEDOUT: "{host} did not answer in time",
    errno.EMFILE: "this program has too many files open to connect to {host}",
}


def explained(error: BaseException, host: str) -> FetchError:
    """The error of ours for a failure of httpcore, ssl or the socket below it."""
    for cause in _chain(error):
        if isinstance(cause, FetchError):
            return cause
        if isinstance(cause, ssl.SSLError):
            return FetchError(_tls(cause, host))
        if isinstance(cause, socket.gaierror):
            return name_not_found(host)
        if isinstance(cause, OSError) and cause.errno in _ERRNO:
            return FetchError(_ERRNO[cause.errno].format(host=host))
        if isinstance(cause, ConnectionError):
            return FetchError(_ERRNO[errno.ECONNRESET].format(host=host))
    if isinstance(error, httpcore.ProxyError):
        return FetchError(f"the proxy did not lead to {host} ({error})")
    if isinstance(error, httpcore.TimeoutException | TimeoutError | asyncio.TimeoutError):
        return FetchError(f"{host} did not answer in time")
    if isinstance(error, httpcore.RemoteProtocolError):
        if "without sending" in str(error):
            return FetchError(f"{host} broke the connection off without an answer")
        return FetchError(f"{host} does not speak proper HTTP ({error})")
    if isinstance(error, httpcore.LocalProtocolError):
        return FetchError(f"this request cannot be made of {host} ({error})")
    if isinstance(error, httpcore.NetworkError):
        return FetchError(f"{host} broke the connection off")
    return FetchError(f"{host} could not be reached ({str(error) or type(error).__name__})")


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what caused it, outermost first; members of groups included."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or cause in found:
            continue
        found.append(cause)
        if isinstance(cause, BaseExceptionGroup):
            waiting.extend(cause.exceptions)
        waiting.append(cause.__cause__ or cause.__context__)
    return found


def _tls(error: ssl.SSLError, host: str) -> str:
    """Why a TLS handshake failed. The certificate is never left unchecked instead."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        what = (error.reason or str(error)).lower().replace("_", " ")
        return f"no secure connection to {host} could be agreed on ({what})"
    # OpenSSL's X509_V_ERR_* numbers: docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error
    match error.verify_code:
        case 9 | 13:
            return f"the certificate of {host} is not valid yet"
        case 10 | 14:
            return f"the certificate of {host} has expired"
        case 18:
            return f"the certificate of {host} is self-signed: nobody vouches for it"
        case 19 | 20 | 21 | 2:
            return f"the certificate of {host} comes from an issuer nobody here knows"
        case 23:
            return f"the certificate of {host} was withdrawn"
        case 62 | 64:
            return f"the certificate of {host} is made out to another name"
        case _:
            return f"the certificate of {host} is not accepted ({error.verify_message})"
