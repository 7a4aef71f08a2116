# One image for web, workers and beat. The static files are collected when it is built.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 TESSERA_SKIP_INSTALL=1 TESSERA_MODE=production
WORKDIR /srv/tessera
COPY requirements/run.lock requirements/run.lock
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/run.lock
COPY . .
RUN TESSERA_MODE=embedded TESSERA_STATIC_ROOT=/srv/tessera/staticfiles python manage.py collectstatic --noinput \
    && useradd --system --uid 10001 tessera \
    && mkdir /scratch && chown tessera /scratch
ENV TESSERA_SCRATCH=/scratch
USER tessera
CMD ["uvicorn", "portal.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--lifespan", "off"]
