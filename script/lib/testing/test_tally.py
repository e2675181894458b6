"""The runner's counting, tested: a crash and an empty run must never look like success."""

import json
import unittest

from testing.tally import Tally, of_meson, of_node, of_tap


def meson_entry(stdout, result="OK"):
    return json.dumps({"name": "x", "stdout": stdout, "result": result})


class Counting(unittest.TestCase):
    def test_tap_counts_subtests(self):
        self.assertEqual(of_tap("1..3\nok 1 - a\nnot ok 2 - b\nok 3 # SKIP c\n"), Tally(1, 1, 1))

    def test_tap_of_a_program_that_died_early_is_a_failure(self):
        self.assertEqual(of_tap("1..3\nok 1 - a\n"), Tally(1, 1))

    def test_tap_of_nested_tests_counts_the_top(self):
        self.assertEqual(of_tap("    ok 1 - inner\nok 1 - outer\n1..1\n"), Tally(1, 0))

    def test_tap_bail_out_is_a_failure(self):
        self.assertEqual(of_tap("Bail out! no disk\n"), Tally(0, 1))

    def test_meson_sums_the_subtests_of_all_programs(self):
        log = [meson_entry("1..2\nok 1\nok 2\n"), "", meson_entry("1..1\nnot ok 1\n", "FAIL")]
        self.assertEqual(of_meson(log), Tally(2, 1))

    def test_meson_crash_after_the_last_test_is_a_failure(self):
        self.assertEqual(of_meson([meson_entry("1..1\nok 1\n", "ERROR")]), Tally(1, 1))

    def test_meson_program_without_tests_is_a_failure(self):
        self.assertEqual(of_meson([meson_entry("", "OK")]), Tally(0, 1))

    def test_meson_timeout_is_a_failure(self):
        self.assertEqual(of_meson([meson_entry("ok 1\n", "TIMEOUT")]), Tally(1, 1))

    def test_node_summary_in_both_reporters(self):
        self.assertEqual(of_node("ℹ tests 4\nℹ pass 2\nℹ fail 1\nℹ cancelled 1\n"), Tally(2, 2))
        self.assertEqual(of_node("# pass 5\n# fail 0\n# skipped 2\n# todo 1\n"), Tally(5, 0, 3))

    def test_node_file_without_tests_is_a_failure(self):
        self.assertEqual(of_node("✔ /x/empty.test.mjs (40.1ms)\nℹ pass 1\nℹ fail 0\n"), Tally(0, 1))
        self.assertEqual(of_node("ok 1 - /x/empty.test.mjs\n# pass 1\n# fail 0\n"), Tally(0, 1))

    def test_silence_and_a_bad_end_are_failures(self):
        self.assertEqual(Tally().judged(0), Tally(0, 1))
        self.assertEqual(Tally(3, 0).judged(1), Tally(3, 1))
        self.assertEqual(Tally(3, 1).judged(1), Tally(3, 1))
        self.assertEqual(Tally(3, 0).judged(0), Tally(3, 0))

    def test_words_name_skipped_only_when_there_are_some(self):
        self.assertEqual(Tally(2, 0).words(), "2 passed, 0 failed")
        self.assertEqual(Tally(2, 0, 1).words(), "2 passed, 0 failed, 1 skipped")


if __name__ == "__main__":
    unittest.main()
