FROM python:3.13-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /opt/openpars
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements/build.txt requirements/run.txt requirements/
RUN pip install --require-hashes -r requirements/build.txt -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
RUN pip install --no-deps --no-build-isolation --editable . \
    && python -m compileall -q app migrations

FROM python:3.13-slim-bookworm

# A user of its own, and the one folder it may write: the rest may be mounted read-only.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin openpars \
    && install -d -o openpars -m 0700 /var/lib/openpars
COPY --from=build /opt /opt
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PARS_HOST=0.0.0.0 \
    PARS_DATA_DIR=/var/lib/openpars
WORKDIR /opt/openpars
USER 10001:10001
VOLUME /var/lib/openpars
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"PARS_PORT\", 8000)}/readyz', timeout=2)"]
CMD ["pars", "serve"]
