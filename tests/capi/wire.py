"""Protocol Buffers in a page: schemas from protoc's descriptors, JSON into
bytes, bytes into JSON. With the standard library alone, and apart from all
that the library under test uses, so that neither hides the other's mistakes.
"""

import datetime
import re
import struct

MESSAGE, ENUM, TEXT, BYTES, BOOL = 11, 14, 9, 12, 8
REPEATED = 3
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def _varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _take_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """(number, value) of each field: an int, or bytes."""
    at = 0
    while at < len(data):
        tag, at = _take_varint(data, at)
        value, at = _take_varint(data, at)
        if tag & 7 == 2:
            if at + value > len(data):
                raise ValueError("torn")
            value, at = data[at:at + value], at + value
        elif tag & 7 != 0:
            raise ValueError("wire type %d" % (tag & 7))
        yield tag >> 3, value


def _all(data, number):
    return [value for n, value in fields(data) if n == number]


def _one(data, number, default=b""):
    found = _all(data, number)
    return found[-1] if found else default


class Field:
    """One row of a descriptor."""

    def __init__(self, data):
        self.name = _one(data, 1).decode()
        self.number = _one(data, 3, 0)
        self.repeated = _one(data, 4, 0) == REPEATED
        self.type = _one(data, 5, 0)
        self.type_name = _one(data, 6).decode()
        self.json_name = _one(data, 10).decode()


class Schema:
    """All messages and enums of a FileDescriptorSet, by full name."""

    def __init__(self, descriptors):
        self.messages = {}
        self.enums = {}
        for file in _all(descriptors, 1):
            package = "." + _one(file, 2).decode()
            for enum in _all(file, 5):
                self._add_enum(package, enum)
            for message in _all(file, 4):
                self._add_message(package, message)

    def _add_enum(self, scope, data):
        name = scope + "." + _one(data, 1).decode()
        self.enums[name] = {_one(value, 1).decode(): _one(value, 2, 0)
                            for value in _all(data, 2)}

    def _add_message(self, scope, data):
        name = scope + "." + _one(data, 1).decode()
        self.messages[name] = [Field(field) for field in _all(data, 2)]
        for nested in _all(data, 3):
            self._add_message(name, nested)
        for enum in _all(data, 4):
            self._add_enum(name, enum)

    def encode(self, name, value):
        """The bytes of message `name` for the JSON object `value`."""
        known = {}
        for field in self.messages[name]:
            known[field.name] = known[field.json_name] = field
        out = b""
        for key, content in value.items():
            field = known[key]
            for one in content if field.repeated else [content]:
                out += self._encode_field(field, one)
        return out

    def _encode_field(self, field, value):
        if field.type == MESSAGE:
            data = self.encode(field.type_name, value)
        elif field.type == TEXT:
            data = value.encode()
        else:
            return _varint(field.number << 3) + _varint(
                self._number(field, value))
        return _varint(field.number << 3 | 2) + _varint(len(data)) + data

    def _number(self, field, value):
        if field.type == ENUM and isinstance(value, str):
            return self.enums[field.type_name][value]
        if field.name.endswith("_us") and re.match(r"\d{4}-", str(value)):
            at = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
            return (at - _EPOCH) // datetime.timedelta(microseconds=1)
        return int(value)

    def decode(self, name, data):
        """The message `name` as a JSON object with numbers as numbers; what
        is absent is absent."""
        known = {field.number: field for field in self.messages[name]}
        out = {}
        for number, value in fields(data):
            field = known[number]
            value = self._decode_field(field, value)
            if field.repeated:
                out.setdefault(field.name, []).append(value)
            else:
                out[field.name] = value
        return out

    def _decode_field(self, field, value):
        if field.type == MESSAGE:
            return self.decode(field.type_name, value)
        if field.type == TEXT:
            return value.decode()
        if field.type == ENUM:
            words = {n: word for word, n in self.enums[field.type_name].items()}
            return words[value]
        if field.type == BOOL:
            return bool(value)
        return struct.unpack("<q", struct.pack("<Q", value))[0]
