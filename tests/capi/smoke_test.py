#!/usr/bin/env python3
"""The wholesale portal through libvouch_c alone, by ctypes: from the bytes of
its terms and events to the statements.

usage: smoke_test.py <libvouch_c> <protoc> <folder of the source> [<vouch>]

The figures are those that examples/wholesale_portal/README.md works out by
hand; with the program `vouch`, each statement is compared with its answer too.
"""

import ctypes
import json
import os
import subprocess
import sys
import tempfile
import unittest

import wire

LIBRARY, PROTOC, ROOT = sys.argv[1:4]
VOUCH = sys.argv[4] if len(sys.argv) > 4 else None
PORTAL = os.path.join(ROOT, "examples", "wholesale_portal")
PROGRAM = os.path.join(PORTAL, "program.textproto")
EVENTS = os.path.join(PORTAL, "events.jsonl")


class View(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_uint64)]


class Buffer(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_uint64)]


class Error(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("code", ctypes.c_int32),
                ("message", ctypes.c_char * 1024)]


class Options(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("read_only", ctypes.c_uint8),
                ("reserved", ctypes.c_uint8 * 3)]


def load():
    library = ctypes.CDLL(LIBRARY)
    library.vouch_version.restype = ctypes.c_char_p
    library.vouch_buffer_free.restype = None
    library.vouch_engine_close.restype = None
    library.vouch_engine_close.argtypes = [ctypes.c_void_p]
    out = [ctypes.POINTER(Buffer), ctypes.POINTER(Error)]
    engine = [ctypes.c_void_p]
    library.vouch_engine_open.argtypes = [
        View, ctypes.POINTER(Options), ctypes.POINTER(ctypes.c_void_p),
        ctypes.POINTER(Error)]
    library.vouch_engine_set_program.argtypes = (
        engine + [View, View, ctypes.c_int64] + out)
    library.vouch_engine_apply.argtypes = engine + [View] + out
    library.vouch_engine_query.argtypes = engine + [View] + out
    library.vouch_engine_outputs.argtypes = (
        engine + [ctypes.c_int64, ctypes.c_int32] + out)
    return library


def view(data):
    return View(data, len(data))


class Engine:
    """A vouch_engine that raises what fails."""

    library = load()

    def __init__(self, path=""):
        self._engine = ctypes.c_void_p()
        options = Options(1, 0)
        error = Error(1)
        status = self.library.vouch_engine_open(
            view(path.encode()), options, ctypes.byref(self._engine), error)
        if status != 0:
            raise RuntimeError(error.message.decode())

    def close(self):
        self.library.vouch_engine_close(self._engine)

    def call(self, function, *arguments):
        out = Buffer()
        error = Error(1)
        status = getattr(self.library, function)(
            self._engine, *arguments, out, error)
        if status != 0:
            raise RuntimeError("%d: %s" % (status, error.message.decode()))
        data = ctypes.string_at(out.data, out.size) if out.size else b""
        self.library.vouch_buffer_free(ctypes.byref(out))
        return data


def protoc(*arguments, text=b""):
    return subprocess.run(
        [PROTOC, "--proto_path=" + os.path.join(ROOT, "proto"), *arguments],
        input=text, stdout=subprocess.PIPE, check=True).stdout


def read_schema():
    files = [os.path.join("vouch", "v1", name) for name in sorted(
        os.listdir(os.path.join(ROOT, "proto", "vouch", "v1")))
             if name.endswith(".proto")]
    return wire.Schema(protoc("--descriptor_set_out=/dev/stdout",
                              "--include_imports", *files))


def without_defaults(value):
    """JSON as `vouch` writes it, brought to what decode gives."""
    if isinstance(value, dict):
        pairs = {k: without_defaults(v) for k, v in value.items()}
        return {k: v for k, v in pairs.items() if v not in ("", 0, [], False)
                and not str(v).endswith("_UNSPECIFIED")}
    if isinstance(value, list):
        return [without_defaults(v) for v in value]
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return value


class PortalTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.schema = read_schema()
        with open(PROGRAM, "rb") as file:
            cls.program = protoc("--encode=vouch.v1.Program",
                                 "vouch/v1/program.proto", text=file.read())
        with open(EVENTS, encoding="utf-8") as file:
            cls.events = [json.loads(line) for line in file if line.strip()]
        # As `vouch` does it: the terms hold from the beginning of time.
        cls.begin = -62135596800000000

    def run_portal(self, batch_size, path=""):
        engine = Engine(path)
        self.addCleanup(engine.close)
        result = engine.call("vouch_engine_set_program", view(self.program),
                             view(b"program"), self.begin)
        self.expect_applied(result, 1)
        for at in range(0, len(self.events), batch_size):
            events = self.events[at:at + batch_size]
            batch = self.schema.encode(".vouch.v1.Batch", {"events": events})
            self.expect_applied(engine.call("vouch_engine_apply", view(batch)),
                                len(events))
        return engine

    def expect_applied(self, result, count):
        outcomes = self.schema.decode(".vouch.v1.BatchResult",
                                      result)["outcomes"]
        self.assertEqual([o["result"] for o in outcomes], ["APPLIED"] * count)

    def ask(self, engine, **query):
        query = dict(query, program_id="wholesale-portal")
        data = self.schema.encode(".vouch.v1.Query", query)
        return self.schema.decode(
            ".vouch.v1.Answer", engine.call("vouch_engine_query", view(data)))

    def test_version(self):
        self.assertRegex(Engine.library.vouch_version().decode(),
                         r"^\d+\.\d+\.\d+$")

    def test_balances_are_those_worked_out_by_hand(self):
        balances = self.ask(self.run_portal(100), balances={})["balances"]
        found = {b["partner_id"]: (b.get("pending_minor", 0),
                                   b.get("payable_minor", 0),
                                   b.get("paid_minor", 0))
                 for b in balances["partners"]}
        self.assertEqual(found, {
            "buyer-03": (0, 0, 12640), "buyer-11": (0, 3736, 0),
            "buyer-12": (0, 2223, 0), "buyer-18": (5040, 5040, 0),
            "buyer-29": (0, 800, 0), "buyer-42": (0, 600, 0)})
        # Earned 332.39, taken back 31.60.
        self.assertEqual(balances["program"][0]["expense_minor"],
                         -(33239 - 3160))

    def test_statement_of_the_buyer_who_was_paid(self):
        answer = self.ask(self.run_portal(100),
                          statement={"partner_id": "buyer-03"})
        (section,) = answer["statement"]["sections"]
        self.assertEqual(section["currency"], "EUR")
        self.assertEqual(section["accruals_minor"], 2 * 7900)
        self.assertEqual(section["reversals_minor"], 3160)
        self.assertEqual(section["payouts_sent_minor"], 12640)
        self.assertEqual(section["closing"]["paid_minor"], 12640)

    def test_any_batches_give_the_same_feed(self):
        feeds = [self.feed(self.run_portal(size), limit)
                 for size, limit in ((1, 1), (7, 3), (1000, 1000))]
        self.assertEqual(feeds[0], feeds[1])
        self.assertEqual(feeds[0], feeds[2])
        self.assertGreater(len(feeds[0]), 20)

    def test_a_file_holds_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "portal.vouch")
            self.run_portal(64, path)
            self.doCleanups()  # it closes
            again = Engine(path)
            self.addCleanup(again.close)
            self.assertEqual(self.feed(again, 100),
                             self.feed(self.run_portal(64), 100))
            self.doCleanups()

    def feed(self, engine, limit):
        rows, after, more = [], 0, True
        while more:
            page = self.schema.decode(
                ".vouch.v1.Outputs",
                engine.call("vouch_engine_outputs", after, limit))
            rows += page.get("outputs", [])
            after, more = page["last_seq"], page.get("more", False)
        return rows

    @unittest.skipUnless(VOUCH, "the program vouch was not built")
    def test_statements_are_those_of_the_program(self):
        engine = self.run_portal(50)
        for partner in ("buyer-03", "buyer-11", "buyer-18", "buyer-42"):
            text = subprocess.check_output(
                [VOUCH, "statement", "--program", PROGRAM, "--events", EVENTS,
                 "--partner", partner, "--period", "2024", "--format", "json"])
            told = json.loads(text)
            answer = self.ask(engine, statement={
                "partner_id": partner, "from_us": told["from_us"],
                "until_us": told["until_us"]})["statement"]
            self.assertEqual(without_defaults(answer), without_defaults(told))

    def test_a_mistake_raises_its_message(self):
        with self.assertRaisesRegex(RuntimeError, "^5: partner_id: "):
            self.ask(self.run_portal(1000), statement={"partner_id": "nobody"})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
