"""Style sheet of the exported HTML page, light and dark, without external resources."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fbfbf9; --soft: #6b7280; --line: #d9dbd6; --tint: #f1f2ee;
  --user: #1d5fa8; --reply: #1f7a4d; --other: #8a5a00; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e6e3; --paper: #16181a; --soft: #9aa1a8; --line: #34383c;
  --tint: #1f2326; --user: #7db4f0; --reply: #7fd0a4; --other: #e0b366; --bad: #f2938c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 52rem; color: var(--ink); background: var(--paper);
  font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .5rem; }
a { color: inherit; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; color: var(--soft);
  font-size: .875rem; }
dd { margin: 0; }
article { border-left: 3px solid var(--line); margin: 1.25rem 0; padding: .1rem 0 .1rem 1rem; }
article.user { border-color: var(--user); }
article.assistant { border-color: var(--reply); }
article.tool, article.system, article.developer, article.function { border-color: var(--other); }
article:target { background: var(--tint); }
header.said { display: flex; flex-wrap: wrap; gap: 0 .75rem; font-size: .875rem; color: var(--soft); }
header.said b { color: var(--ink); }
.bad { color: var(--bad); }
.text { white-space: pre-wrap; }
.text + .text { margin-top: .5rem; }
.code { white-space: pre-wrap; font: .8125rem/1.5 ui-monospace, monospace; background: var(--tint);
  padding: .5rem .75rem; border-radius: 4px; }
details { margin: .4rem 0; }
summary { cursor: pointer; color: var(--soft); font-size: .875rem; }
section.branch { border-top: 1px solid var(--line); padding-top: .25rem; }
nav li { margin: .15rem 0; }
img { display: block; max-width: 100%; max-height: 32rem; border-radius: 4px; }
audio { display: block; width: 100%; max-width: 28rem; }
article > p { margin: .5rem 0; }
.part { color: var(--soft); font-size: .875rem; }
article > ul { margin: .5rem 0; padding: 0; list-style: none; color: var(--soft); font-size: .875rem; }
@media print { body { max-width: none; } article { break-inside: avoid-page; } }
"""
"""Braces are CSS; it must not contain ``<``."""
