"""A shop page in Python, with stubs generated from proto/, against a real server (tests/system/served_shop)."""

import os
import unittest

import grpc
from awase.v1 import admin_service_pb2, admin_service_pb2_grpc
from awase.v1 import event_service_pb2, event_service_pb2_grpc
from awase.v1 import recommendation_service_pb2 as recommendations
from awase.v1 import recommendation_service_pb2_grpc, types_pb2
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

STORE = "stores/" + os.environ["AWASE_STORE"]
ANCHOR = os.environ["AWASE_ANCHOR"]
COMPANION = os.environ["AWASE_COMPANION"]


def cart(*item_ids, **fields):
    return recommendations.RecommendRequest(
        placement=STORE + "/placements/default",
        cart_lines=[types_pb2.CartLine(item_id=item_id) for item_id in item_ids],
        view=types_pb2.RECOMMENDATION_VIEW_EXPLAINED,
        **fields,
    )


class Shop(unittest.TestCase):
    def setUp(self):
        self.channel = grpc.insecure_channel(os.environ["AWASE_SERVER"])
        self.stub = recommendation_service_pb2_grpc.RecommendationServiceStub(self.channel)

    def tearDown(self):
        self.channel.close()

    def test_a_cart_gets_its_companion_with_counts_and_a_reason(self):
        answer = self.stub.Recommend(cart(ANCHOR, max_results=10), timeout=10)
        found = {it.item_id: it for it in answer.recommendations}
        self.assertIn(COMPANION, found)
        self.assertNotIn(ANCHOR, found)
        self.assertLessEqual(len(answer.recommendations), 10)
        it = found[COMPANION]
        self.assertEqual(it.source, types_pb2.RESULT_SOURCE_CO_PURCHASE)
        self.assertGreater(it.score, 0)
        self.assertTrue(it.title)
        self.assertTrue(it.explanation.text)
        evidence = it.explanation.evidence[0]
        self.assertEqual(evidence.anchor_item_id, ANCHOR)
        self.assertGreater(evidence.joint_count, 0)
        self.assertLessEqual(evidence.joint_count, evidence.anchor_count)
        self.assertLessEqual(evidence.joint_count, evidence.candidate_count)
        self.assertTrue(answer.serving_info.model_version.startswith(STORE + "/models/default/versions/"))

    def test_reasons_come_in_japanese(self):
        english = self.stub.Recommend(cart(ANCHOR, language_code="en"), timeout=10).recommendations[0]
        japanese = self.stub.Recommend(cart(ANCHOR, language_code="ja"), timeout=10).recommendations[0]
        self.assertEqual(english.item_id, japanese.item_id)
        self.assertNotEqual(english.explanation.text, japanese.explanation.text)
        self.assertTrue(any(ord(c) > 0x3000 for c in japanese.explanation.text))

    def test_the_unix_socket_answers_alike(self):
        over_tcp = self.stub.Recommend(cart(ANCHOR), timeout=10)
        with grpc.insecure_channel(os.environ["AWASE_SOCKET"]) as channel:
            stub = recommendation_service_pb2_grpc.RecommendationServiceStub(channel)
            over_unix = stub.Recommend(cart(ANCHOR), timeout=10)
        self.assertEqual(over_tcp.recommendations, over_unix.recommendations)

    def test_an_unknown_item_is_no_error(self):
        answer = self.stub.Recommend(cart("no-such-item"), timeout=10)
        self.assertEqual(list(answer.unknown_item_ids), ["no-such-item"])

    def test_a_wrong_field_is_named_in_the_details(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.stub.Recommend(cart(ANCHOR, max_results=-1), timeout=10)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        details = self.details(caught.exception)
        info, bad_request = details["ErrorInfo"], details["BadRequest"]
        self.assertEqual(info.domain, "awase")
        self.assertRegex(info.reason, "^[A-Z][A-Z0-9_]+$")
        self.assertEqual(bad_request.field_violations[0].field, "max_results")
        self.assertIn("-1", bad_request.field_violations[0].description)

    def test_an_unknown_store_is_not_found(self):
        request = cart(ANCHOR)
        request.placement = "stores/nowhere/placements/default"
        with self.assertRaises(grpc.RpcError) as caught:
            self.stub.Recommend(request, timeout=10)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)
        self.assertIn("ErrorInfo", self.details(caught.exception))

    def test_an_event_counts_once(self):
        event = event_service_pb2.Event(event_id="python-1")
        event.event_time.GetCurrentTime()
        event.order.order_id = "python-order-1"
        event.order.lines.add(item_id=ANCHOR, quantity=1)
        stub = event_service_pb2_grpc.EventServiceStub(self.channel)
        request = event_service_pb2.WriteEventsRequest(parent=STORE, events=[event])
        first, second = stub.WriteEvents(request, timeout=10), stub.WriteEvents(request, timeout=10)
        self.assertEqual((first.accepted_count, first.duplicate_count, len(first.errors)), (1, 0, 0))
        self.assertEqual((second.accepted_count, second.duplicate_count, len(second.errors)), (0, 1, 0))

    def test_the_server_tells_its_state_and_health(self):
        status = admin_service_pb2_grpc.AdminServiceStub(self.channel).GetServerStatus(
            admin_service_pb2.GetServerStatusRequest(), timeout=10
        )
        self.assertTrue(any(store.name == STORE and store.serving for store in status.stores))
        health = health_pb2_grpc.HealthStub(self.channel).Check(health_pb2.HealthCheckRequest(), timeout=10)
        self.assertEqual(health.status, health_pb2.HealthCheckResponse.SERVING)

    def details(self, error):
        status = rpc_status.from_call(error)
        self.assertIsNotNone(status, "no grpc-status-details-bin")
        self.assertEqual(status.message, error.details())
        found = {}
        for any_detail in status.details:
            for kind in (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.RetryInfo):
                if any_detail.Is(kind.DESCRIPTOR):
                    found[kind.DESCRIPTOR.name] = kind.FromString(any_detail.value)
        return found


if __name__ == "__main__":
    unittest.main()
