package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

type frame struct {
	Type      string    `json:"type"`
	RequestID string    `json:"request_id,omitempty"`
	Payload   any       `json:"payload"`
	Timestamp time.Time `json:"timestamp"`
}

// incoming has the fields of every payload that we read; absent ones stay empty.
type incoming struct {
	Type      string `json:"type"`
	RequestID string `json:"request_id"`
	Payload   struct {
		command
		ClusterID string `json:"cluster_id"`
		Mode      string `json:"mode"`
		Reason    string `json:"reason"`
		WithinMS  int64  `json:"within_ms"`
		Error     string `json:"error"`
		Code      string `json:"code"`
	} `json:"payload"`
}

// Closes after which coming back at once would only repeat what went wrong.
var pauseAfterClose = map[int]time.Duration{
	1009: 30 * time.Second, 1013: 5 * time.Second, 4400: 30 * time.Second, 4409: 30 * time.Second,
	4429: 10 * time.Second, 4510: 5 * time.Second,
}

// ended is how a connection ended: refused with a status, closed with a code, or asked to switch.
type ended struct {
	status     int
	retryAfter time.Duration
	code       int
	why        string
	switchedIn time.Duration // how long we have to come back by polling
	switched   bool
}

type step struct {
	polling bool
	why     string
	pause   time.Duration
}

type socketLink struct {
	mu   sync.Mutex // the library allows one writer at a time
	conn *websocket.Conn
}

func (l *socketLink) send(kind, requestID string, payload any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
	// An error is not looked at: the reader sees it too, and decides what it means.
	_ = l.conn.WriteJSON(frame{kind, requestID, payload, time.Now().UTC()})
}

func (l *socketLink) ack(id string) { l.send("command_ack", id, object{"id": id}) }

func (l *socketLink) result(id string, r *result) bool {
	l.send("command_result", id, r)
	return false // sent is not stored: a later heartbeat_ack settles it
}

// leave closes politely; a peer that is gone never answers, so the reader waits no longer than 3 s for that.
func (l *socketLink) leave() {
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = l.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
	_ = l.conn.SetReadDeadline(time.Now().Add(3 * time.Second))
}

// webSocket is one connection from dial to close.
func (a *agent) webSocket(ctx context.Context) (end ended) {
	target := strings.Replace(a.base, "http", "ws", 1) + "/api/v1/clusters/agent/ws?agent_id=" + url.QueryEscape(a.id)
	dialer := websocket.Dialer{HandshakeTimeout: 10 * time.Second, Proxy: http.ProxyFromEnvironment}
	a.failures++ // until register_success
	conn, response, err := dialer.DialContext(ctx, target, http.Header{"Authorization": {"Bearer " + a.token}})
	if err != nil {
		end.why = fmt.Sprintf("no connection: %v", err)
		if response != nil {
			end.status, end.retryAfter = response.StatusCode, retryAfter(response)
			end.why = fmt.Sprintf("refused with %d", end.status)
		}
		return end
	}
	defer conn.Close()
	conn.SetReadLimit(16 << 20)
	l := &socketLink{conn: conn}
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-ctx.Done():
			l.leave()
		case <-over:
		}
	}()

	// A read error of any kind ends the connection; a deadline is how silence becomes one.
	registered := false
	conn.SetReadDeadline(time.Now().Add(10 * time.Second)) // for register_success
	heard := func() {
		if registered && !end.switched && ctx.Err() == nil {
			conn.SetReadDeadline(time.Now().Add(silence))
		}
	}
	answerPing := conn.PingHandler()
	conn.SetPingHandler(func(data string) error { heard(); return answerPing(data) })

	registerID := strconv.FormatInt(rand.Int63(), 36)
	l.send("register", registerID, a.registration())
	for {
		var in incoming
		if err := conn.ReadJSON(&in); err != nil {
			a.setLink(nil)
			end.code, end.why = closeOf(err, end)
			return end
		}
		switch in.Type {
		case "register_success":
			fmt.Printf("websocket: registered as cluster %s\n", in.Payload.ClusterID)
			registered, a.failures = true, 0
			a.setLink(l)
			go a.heartbeat(l, over)
		case "heartbeat_ack":
			a.settleSentBefore(time.Now().Add(-heartbeatEvery))
		case "command":
			a.receive(in.Payload.command)
		case "ping":
			l.send("pong", in.RequestID, object{})
		case "switch":
			end.switched = in.Payload.Mode == "polling"
			end.switchedIn = time.Duration(in.Payload.WithinMS) * time.Millisecond
			end.why = "asked to switch (" + in.Payload.Reason + ")"
			l.leave()
		case "error":
			fmt.Printf("websocket: error %s: %s\n", in.Payload.Code, in.Payload.Error)
			if in.RequestID == registerID && !registered {
				l.leave()
			}
		} // unknown types are for agents newer than this one
		heard()
	}
}

func (a *agent) heartbeat(l *socketLink, over <-chan struct{}) {
	a.reportUnsettled()
	every := time.NewTicker(heartbeatEvery)
	defer every.Stop()
	for {
		select {
		case <-over:
			return
		case <-every.C:
			l.send("heartbeat", "", object{"status": "available"})
		}
	}
}

// closeOf names the code and the reason of the error that ended a connection.
func closeOf(err error, end ended) (int, string) {
	var closed *websocket.CloseError
	switch {
	case end.why != "":
		return 0, end.why
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure: // 1006 is never sent: a cut
		return closed.Code, strings.TrimSpace(fmt.Sprintf("closed %d %s", closed.Code, closed.Text))
	default:
		return 0, "connection lost"
	}
}

// afterWebSocket says what the end of a connection means: where to go next, why, and after which pause.
func (a *agent) afterWebSocket(end ended) (step, error) {
	polling := func(notBefore, pause time.Duration) (step, error) {
		a.webSocketFrom = time.Now().Add(notBefore)
		return step{true, "polling: " + end.why, pause}, nil
	}
	switch {
	case end.status == 401 || end.code == 4401:
		return step{}, fatal{errors.New("the token is unknown or revoked")}
	case end.status == 403: // outside the rollout; a token that may not do this is refused there too, with the reason
		return polling(backoff(a.failures), 0)
	case end.switched: // anywhere within the first half of the time given: the rest is for the request itself
		return polling(0, time.Duration(rand.Float64()*float64(end.switchedIn)/2))
	case end.code == 4503:
		return polling(backoff(1), 0)
	case end.retryAfter > 0:
		a.failures-- // an orderly "later" is no failure of WebSocket
		return step{false, "websocket: " + end.why, end.retryAfter + backoff(1)}, nil
	case a.failures >= webSocketTries:
		end.why += fmt.Sprintf(", %d failures in a row", a.failures)
		return polling(fallbackFor, 0)
	default:
		return step{false, "websocket: " + end.why, pauseAfterClose[end.code] + backoff(a.failures)}, nil
	}
}
