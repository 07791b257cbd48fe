# Two stages: build the wheel, then a slim image that holds nothing but what runs.
#   docker build -t fdir .
#   docker run --read-only --tmpfs /tmp -p 9108:9108 fdir run hopper --samples tcp://HOST:5555 --metrics-host 0.0.0.0
#   docker run --read-only --tmpfs /tmp fdir demo
FROM python:3.11-slim AS build
WORKDIR /src
COPY . .
RUN python -m pip wheel --no-cache-dir --constraint constraints.txt --wheel-dir /wheels .

FROM python:3.11-slim
COPY --from=build /wheels /wheels
RUN python -m pip install --no-cache-dir --no-index --find-links /wheels fdir-service \
    && rm -rf /wheels \
    && useradd --system --uid 10001 --no-create-home fdir
USER fdir
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 9108
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["python", "-c", \
    "import urllib.request as u; u.urlopen('http://127.0.0.1:9108/healthz', timeout=2)"]
STOPSIGNAL SIGINT
ENTRYPOINT ["fdir"]
CMD ["run", "hopper"]
