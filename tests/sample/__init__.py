"""The bundled sample history: a week of two small projects, made with a real engine and recorder.

`python -m tests.sample` writes `resources/sample/week.db` anew, as root, in about five minutes.
"""
