// A shop page in Node.js, with clients made from proto/, against a real server (tests/system/served_shop).
'use strict';
const assert = require('node:assert/strict');
const path = require('node:path');
const { test, after } = require('node:test');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const proto = grpc.loadPackageDefinition(loader.loadSync(
  ['awase/v1/recommendation_service.proto', 'awase/v1/admin_service.proto', 'grpc/health/v1/health.proto'],
  { includeDirs: [process.env.AWASE_PROTO], keepCase: true, longs: Number, enums: String, defaults: true }));
const detailTypes = new protobuf.Root();
detailTypes.resolvePath = (origin, target) => path.join(process.env.AWASE_PROTO, target);
detailTypes.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], { keepCase: true });
const store = `stores/${process.env.AWASE_STORE}`;
const anchor = process.env.AWASE_ANCHOR;
const companion = process.env.AWASE_COMPANION;
const open = (Service) => new Service(process.env.AWASE_SERVER, grpc.credentials.createInsecure());
const shop = open(proto.awase.v1.RecommendationService);
const admin = open(proto.awase.v1.AdminService);
const health = open(proto.grpc.health.v1.Health);
after(() => [shop, admin, health].forEach((client) => client.close()));

const call = (client, method, request) => new Promise((resolve, reject) => {
  client[method](request, { deadline: Date.now() + 10000 }, (error, answer) => (error ? reject(error) : resolve(answer)));
});
const cart = (fields) => ({
  placement: `${store}/placements/default`,
  cart_lines: [{ item_id: anchor }],
  view: 'RECOMMENDATION_VIEW_EXPLAINED',
  ...fields,
});
// The messages of grpc-status-details-bin by their type's name.
const details = (error) => {
  const decode = (type, encoded) => detailTypes.lookupType(type).decode(encoded);
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  assert.ok(bytes, 'no grpc-status-details-bin');
  const status = decode('google.rpc.Status', bytes);
  assert.equal(status.message, error.details);
  return Object.fromEntries(status.details.map((any) => {
    const type = any.type_url.slice('type.googleapis.com/'.length);
    return [type.split('.').pop(), decode(type, any.value)];
  }));
};

test('a cart gets its companion with counts and a reason', async () => {
  const answer = await call(shop, 'Recommend', cart({ max_results: 10, language_code: 'ja' }));
  const found = answer.recommendations.find((it) => it.item_id === companion);
  assert.ok(found, `${companion} is missing`);
  assert.equal(found.source, 'RESULT_SOURCE_CO_PURCHASE');
  assert.ok(found.score > 0 && found.title && found.explanation.text);
  const evidence = found.explanation.evidence[0];
  assert.equal(evidence.anchor_item_id, anchor);
  assert.ok(evidence.joint_count > 0 && evidence.joint_count <= evidence.anchor_count);
  assert.ok(answer.serving_info.model_version.startsWith(`${store}/models/default/versions/`));
});

test('a wrong field is named in the details', async () => {
  const error = await call(shop, 'Recommend', cart({ max_results: -1 })).catch((e) => e);
  assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
  const found = details(error);
  assert.equal(found.ErrorInfo.domain, 'awase');
  assert.equal(found.BadRequest.field_violations[0].field, 'max_results');
  assert.match(found.BadRequest.field_violations[0].description, /-1/);
});

test('an unknown store is not found', async () => {
  const error = await call(shop, 'Recommend', cart({ placement: 'stores/nowhere/placements/default' })).catch((e) => e);
  assert.equal(error.code, grpc.status.NOT_FOUND);
  assert.ok(details(error).ErrorInfo.reason);
});

test('the server tells its state and health', async () => {
  const status = await call(admin, 'GetServerStatus', {});
  assert.ok(status.stores.some((it) => it.name === store && it.serving));
  assert.equal((await call(health, 'Check', {})).status, 'SERVING');
});
