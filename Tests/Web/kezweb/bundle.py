"""Modules of the client, bundled to run in a page by themselves."""

import pathlib
import subprocess

from .stack import ROOT


def bundle(entry: pathlib.Path) -> str:
    """One expression whose value is the module's exports; for `page.evaluate`, which no CSP stops."""
    esbuild = ROOT / ".tools/web/bin/esbuild"
    assert esbuild.exists(), "no esbuild: run scripts/setup-web"
    words = [
        esbuild, entry, "--bundle", "--format=iife", "--global-name=bundled", "--target=es2022", "--log-level=warning",
        f"--tsconfig={ROOT / 'web/tsconfig.json'}",
    ]
    made = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return f"(() => {{ {made}\nreturn bundled; }})()"
