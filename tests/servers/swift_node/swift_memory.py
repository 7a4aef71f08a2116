"""A dictionary where Swift expects memcached: enough for one proxy process."""

import json
import time


class Memory:
    """What Swift's middleware asks of a cache."""

    def __init__(self):
        self.kept = {}

    def set(self, key, value, serialize=True, time=0, **_):
        until = now() + time if time else None
        self.kept[key] = (json.dumps(value) if serialize else value, until, serialize)
        return True

    def get(self, key, **_):
        value, until, serialized = self.kept.get(key, (None, None, False))
        if value is None or (until and until < now()):
            self.kept.pop(key, None)
            return None
        return json.loads(value) if serialized else value

    def incr(self, key, delta=1, time=0, **_):
        value = max(int(self.get(key) or 0) + int(delta), 0)
        self.set(key, value, time=time)
        return value

    def decr(self, key, delta=1, time=0, **_):
        return self.incr(key, -delta, time)

    def delete(self, key, **_):
        self.kept.pop(key, None)

    def set_multi(self, mapping, serialize=True, time=0, **_):
        for key, value in mapping.items():
            self.set(key, value, serialize, time)

    def get_multi(self, keys, **_):
        return [self.get(key) for key in keys]


def now():
    return time.time()


def filter_factory(_, **__):
    """Put one memory before the application."""
    memory = Memory()

    def wrap(application):
        def serve(environ, start_response):
            environ["swift.cache"] = memory
            return application(environ, start_response)

        return serve

    return wrap
