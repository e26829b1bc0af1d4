"""A lit test format: every executable of a folder is one test."""
import os

import lit.formats
import lit.Test
import lit.util


class Executables(lit.formats.base.TestFormat):
    """Runs the executables of `folder`; an exit code other than 0 is a failure."""

    def __init__(self, folder):
        self.folder = folder

    def getTestsInDirectory(self, suite, path_in_suite, lit_config, local_config):
        if path_in_suite != ("unit",) or not os.path.isdir(self.folder):
            return
        for name in sorted(os.listdir(self.folder)):
            yield lit.Test.Test(suite, path_in_suite + (name,), local_config)

    def execute(self, test, lit_config):
        command = [os.path.join(self.folder, test.path_in_suite[-1]), "--gtest_brief=1"]
        out, err, code = lit.util.executeCommand(command, env=test.config.environment)
        return lit.Test.FAIL if code else lit.Test.PASS, out + err
