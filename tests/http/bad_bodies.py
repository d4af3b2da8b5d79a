"""Bodies that are wrong as a whole, made from a good one."""


def nested(depth: int) -> str:
    """Return JSON of arrays that nest so deep."""
    return "[" * depth + "]" * depth


def bodies(good: str, *, amount: str, raw: str) -> dict[str, str | bytes]:
    """Return bodies that are no JSON object, or not a strict one.

    `good` is an open object that ends with `amount`, a 1; `raw` takes any JSON.
    """
    return {
        "broken": good,
        "two documents": good + "} {}",
        "a trailing comma": good + ",}",
        "single quotes": "{'a': 'b'}",
        "an array": '[{"a": "b"}]',
        "a text": '"a=b"',
        "a number": "1",
        "null": "null",
        "true": "true",
        "only spaces": "   ",
        "NaN": good[:-1] + "NaN}",
        "Infinity": good + ', "x": -Infinity}',
        "a comment": good + "} // ok",
        "hexadecimal": good[:-1] + "0x1}",
        "a leading plus": good[:-1] + "+1}",
        "a leading zero": good[:-1] + "01}",
        "a bare point": good[:-1] + "1.}",
        "a raw newline in a text": good + ', "memo": "a\nb"}',
        "a raw NUL": good + ', "memo": "a\0b"}',
        "a duplicate key": f'{good}, "{amount}": 999}}',
        "an escaped duplicate key": f'{good}, "{_escaped(amount)}": 999}}',
        "a duplicate unknown key": good + ', "x": 1, "x": 1}',
        "a duplicate key below": good + ', "x": [{"a": {"b": 1, "b": 1}}]}',
        "a duplicate key in what is kept": f'{good}, "{raw}": {{"a": 1, "a": 2}}}}',
        "21 deep": good + f', "x": {nested(20)}}}',
        "21 deep in what is kept": f'{good}, "{raw}": {nested(21)}}}',
        "1,000 deep": good + f', "x": {nested(1_000)}}}',
        "1,000 objects deep": good + ', "x": ' + '{"a":' * 1_000 + "1" + "}" * 1_001,
        "100,000 deep": good + f', "x": {nested(100_000)}}}',
        "100,000 open": "[" * 100_000,
        "latin-1": (good + ', "memo": "é"}').encode("latin-1"),
        "gbk": (good + ', "memo": "张三"}').encode("gbk"),
        "utf-16": (good + "}").encode("utf-16"),
        "utf-16 without a mark": (good + "}").encode("utf-16-le"),
        "utf-32": (good + "}").encode("utf-32"),
        "a byte order mark": b"\xef\xbb\xbf" + good.encode() + b"}",
        "a surrogate in UTF-8": good.encode() + b', "memo": "\xed\xa0\x80"}',
        "an overlong NUL": good.encode() + b', "memo": "\xc0\x80"}',
        "a form": "a=b&c=1",
        "a compressed body": b"\x1f\x8b\x08\x00\x00\x00",
    }


def forms(good: str) -> dict[str, bytes]:
    """Return forms that are not in UTF-8."""
    return {
        "latin-1": f"{good}&memo=é".encode("latin-1"),
        "an escaped byte": f"{good}&memo=%ff".encode(),
        "an escaped surrogate": f"{good}&memo=%ed%a0%80".encode(),
        "a bad name": f"{good}&%ff=1".encode(),
        "utf-16": f"{good}&memo=é".encode("utf-16"),
    }


def _escaped(name: str) -> str:
    return f"\\u{ord(name[0]):04x}{name[1:]}"
