// A shop page in Go, with stubs generated from proto/, against a real server (tests/system/served_shop).
package shop

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"shop/awasev1"
)

var (
	store     = "stores/" + os.Getenv("AWASE_STORE")
	anchor    = os.Getenv("AWASE_ANCHOR")
	companion = os.Getenv("AWASE_COMPANION")
)

func connect(t *testing.T) (context.Context, *grpc.ClientConn) {
	conn, err := grpc.NewClient(os.Getenv("AWASE_SERVER"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx, conn
}

func cart() *awasev1.RecommendRequest {
	return &awasev1.RecommendRequest{
		Placement:  store + "/placements/default",
		CartLines:  []*awasev1.CartLine{{ItemId: anchor}},
		View:       awasev1.RecommendationView_RECOMMENDATION_VIEW_EXPLAINED,
		MaxResults: 10,
	}
}

func TestACartGetsItsCompanionWithCountsAndAReason(t *testing.T) {
	ctx, conn := connect(t)
	answer, err := awasev1.NewRecommendationServiceClient(conn).Recommend(ctx, cart())
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range answer.Recommendations {
		if it.ItemId != companion {
			continue
		}
		evidence := it.Explanation.Evidence[0]
		if it.Source != awasev1.ResultSource_RESULT_SOURCE_CO_PURCHASE || it.Title == "" || it.Explanation.Text == "" ||
			evidence.AnchorItemId != anchor || evidence.JointCount < 1 || evidence.JointCount > evidence.AnchorCount {
			t.Fatalf("companion without title, reason or counts: %v", it)
		}
		if !strings.HasPrefix(answer.ServingInfo.ModelVersion, store+"/models/default/versions/") {
			t.Fatalf("model version, got %q", answer.ServingInfo.ModelVersion)
		}
		return
	}
	t.Fatalf("%s is missing from %v", companion, answer.Recommendations)
}

func TestAWrongFieldIsNamedInTheDetails(t *testing.T) {
	ctx, conn := connect(t)
	request := cart()
	request.MaxResults = -1
	_, err := awasev1.NewRecommendationServiceClient(conn).Recommend(ctx, request)
	refused := status.Convert(err)
	if refused.Code() != codes.InvalidArgument {
		t.Fatalf("code, got %v", err)
	}
	var reason, field string
	for _, detail := range refused.Details() {
		switch it := detail.(type) {
		case *errdetails.ErrorInfo:
			reason = it.Reason
		case *errdetails.BadRequest:
			field = it.FieldViolations[0].Field
		}
	}
	if reason == "" || field != "max_results" {
		t.Fatalf("reason and field, got %q and %q", reason, field)
	}
}

func TestTheServerIsHealthy(t *testing.T) {
	ctx, conn := connect(t)
	answer, err := health.NewHealthClient(conn).Check(ctx, &health.HealthCheckRequest{})
	if err != nil || answer.Status != health.HealthCheckResponse_SERVING {
		t.Fatalf("health, got %v, %v", answer, err)
	}
}
