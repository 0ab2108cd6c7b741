"""Addresses in an envelope, made comparable with those of our mailboxes."""


def comparable(address: str) -> str:
    """Lower case, a Cyrillic domain in Cyrillic: «Info@XN--80A1ACNY.xn--p1ai» -> «info@почта.рф»."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local}{at}{_readable(domain)}"


def _readable(domain: str) -> str:
    if "xn--" not in domain:
        return domain
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain
