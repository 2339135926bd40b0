# The image of the server: the program with the packages for production and the page as it was built, and nothing else.
# docs/production.md says how to run it. A test executes these steps without a container engine (server/test/deploy.test.ts).

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY server/package.json server/
COPY client/package.json client/
COPY web/package.json web/
RUN npm ci --no-audit --no-fund

FROM packages AS page
COPY tsconfig.json ./
COPY client client
COPY web web
RUN node web/scripts/build.ts

FROM packages AS production
# The image has a Node.js of its own, so it does without the one that the packages bring.
RUN npm prune --omit=dev --no-audit --no-fund && rm -r node_modules/node node_modules/.bin/node
COPY LICENSE THIRD-PARTY-NOTICES.md ./
COPY server/src server/src
COPY --from=page /app/web/dist web/dist

FROM node:24-bookworm-slim
ENV HOST=0.0.0.0 DATA_DIR=/data
RUN install --directory --owner=node --group=node --mode=0750 /data
WORKDIR /app
COPY --from=production /app /app
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=10s --start-period=300s --start-interval=2s CMD ["node", "server/src/main.ts", "health"]
CMD ["node", "server/src/main.ts", "serve"]
