// An example agent for Sluice: WebSocket first, long polling where WebSocket cannot be had.
//
// The whole protocol is in docs/agents-websocket-api.md and docs/agents-http-api.md. Replace handle with your work.
// This file is the agent's life and its commands; the two transports are in websocket.go and polling.go.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	heartbeatEvery = 30 * time.Second
	silence        = 75 * time.Second // the gateway pings every 30 s; two missed and a margin: nobody is there
	pollWait       = 25               // seconds; below the 30 at which many proxies cut a request that stays silent
	webSocketTries = 3                // failures in a row before we poll
	fallbackFor    = time.Minute      // then leave WebSocket alone for as long as the gateway does
	remembered     = 1000             // commands that may wait, and outcomes we keep at least, so that none runs twice
)

type object = map[string]any

type command struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Payload any    `json:"payload"`
}

type result struct {
	Success   bool      `json:"success"`
	Output    string    `json:"output,omitempty"`
	Error     string    `json:"error,omitempty"`
	Timestamp time.Time `json:"timestamp"`
}

// outcome is what we remember of a command: no result yet, or one that the gateway has for certain when settled.
type outcome struct {
	result  *result
	sentAt  time.Time
	settled bool
}

// link is how acknowledgements and results leave at the moment. result says whether it has certainly arrived.
type link interface {
	ack(id string)
	result(id string, r *result) bool
}

// fatal is an end that no retry can mend.
type fatal struct{ error }

type agent struct {
	base, token, id, name, instance string

	failures      int       // WebSocket attempts in a row that never got as far as register_success
	webSocketFrom time.Time // not before this time do we follow an invitation back to WebSocket

	mu       sync.Mutex // guards what follows: the worker reports while a transport reads
	stopping bool
	queue    chan command
	link     link
	outcomes map[string]*outcome
	order    []string // the ids of outcomes, oldest first
}

// handle is where your work goes.
func handle(c command) (string, error) {
	output, err := json.Marshal(c.Payload)
	return string(output), err
}

// receive takes a command from either transport.
func (a *agent) receive(c command) {
	accepted, finished, via := a.accept(c)
	if accepted {
		via.ack(c.ID)
	}
	if finished {
		a.report(c.ID) // our first answer got lost: say it again, do not do it again
	}
}

// accept queues a command that is new. One that is not accepted stays the gateway's, which offers it again.
func (a *agent) accept(c command) (accepted, finished bool, via link) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.outcomes[c.ID]; known != nil {
		return true, known.result != nil, a.link
	}
	if a.stopping {
		return false, false, nil
	}
	select {
	case a.queue <- c:
	default:
		return false, false, nil // more than we can hold
	}
	a.outcomes[c.ID] = &outcome{}
	if a.order = append(a.order, c.ID); len(a.order) > 2*remembered {
		delete(a.outcomes, a.order[0]) // never one that still waits: the queue holds fewer
		a.order = a.order[1:]
	}
	return true, false, a.link
}

// stop lets what was accepted be finished, and accepts nothing more.
func (a *agent) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopping = true
	close(a.queue)
}

// work runs commands one by one, in the order of their delivery, beside the reading of the connection.
func (a *agent) work(done chan<- struct{}) {
	defer close(done)
	for c := range a.queue {
		fmt.Printf("command %s %s\n", c.ID, c.Type)
		r := &result{Success: true}
		output, err := handle(c)
		if r.Output = output; err != nil {
			r.Success, r.Error = false, err.Error()
		}
		r.Timestamp = time.Now().UTC()
		a.mu.Lock()
		if o := a.outcomes[c.ID]; o != nil {
			o.result = r
		}
		a.mu.Unlock()
		a.report(c.ID)
	}
}

func (a *agent) report(id string) {
	a.mu.Lock()
	o, via := a.outcomes[id], a.link
	if o == nil || via == nil {
		a.mu.Unlock()
		return // the next connection reports it
	}
	o.sentAt = time.Now()
	r := o.result
	a.mu.Unlock()

	settled := via.result(id, r)

	a.mu.Lock()
	o.settled = settled
	a.mu.Unlock()
}

// reportUnsettled repeats results that may be lost with an earlier connection: an acknowledged command is not offered again.
func (a *agent) reportUnsettled() {
	a.mu.Lock()
	var ids []string
	for _, id := range a.order {
		if o := a.outcomes[id]; o.result != nil && !o.settled {
			ids = append(ids, id)
		}
	}
	a.mu.Unlock()
	for _, id := range ids {
		a.report(id)
		time.Sleep(20 * time.Millisecond) // well below the 100 messages a second that the gateway allows
	}
}

// settleSentBefore is for a connection that still answers: what we sent a while ago has arrived.
func (a *agent) settleSentBefore(limit time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, o := range a.outcomes {
		o.settled = o.settled || !o.sentAt.IsZero() && o.sentAt.Before(limit)
	}
}

func (a *agent) setLink(l link) {
	a.mu.Lock()
	a.link = l
	a.mu.Unlock()
}

func (a *agent) registration() object {
	return object{
		"agent_id": a.id, "name": a.name, "instance_id": a.instance, "agent_version": "1.0.0", "hostname": a.instance,
		"features": object{"supports_switch": true, "supports_polling": true},
	}
}

// run alternates between the transports until ctx ends or nothing can mend the failure.
func (a *agent) run(ctx context.Context) error {
	fmt.Printf("agent %s for %s\n", a.id, a.base)
	for {
		next, err := a.afterWebSocket(a.webSocket(ctx))
		if err != nil || ctx.Err() != nil {
			return err
		}
		fmt.Printf("%s; in %.1f s\n", next.why, next.pause.Seconds())
		if sleep(ctx, next.pause) != nil || !next.polling {
			continue
		}
		if err := a.poll(ctx); err != nil || ctx.Err() != nil {
			return err
		}
		fmt.Println("websocket: offered")
	}
}

// backoff is full jitter: anywhere between nothing and 1, 2, 4 … 60 s, so that a fleet does not come back in step.
func backoff(failures int) time.Duration {
	limit := time.Minute
	if failures <= 6 {
		limit = time.Second << max(failures-1, 0)
	}
	return time.Duration(rand.Int63n(int64(limit)))
}

func max(x, y int) int {
	if x > y {
		return x
	}
	return y
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
	return ctx.Err()
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	rand.Seed(time.Now().UnixNano())
	// Stable over restarts: a new process of this instance replaces its own dead connection at once, and never that
	// of another replica.
	host, err := os.Hostname()
	if err != nil {
		host = "unknown-host"
	}
	signalled, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer release()
	id := setting("AGENT_ID", "example-go-"+host)
	a := &agent{
		base:  strings.TrimRight(setting("SLUICE_URL", "http://localhost:8080"), "/"),
		token: setting("SLUICE_TOKEN", "dev-agent-token"),
		id:    id, name: setting("AGENT_NAME", id), instance: host,
		queue: make(chan command, remembered), outcomes: map[string]*outcome{},
	}
	worked := make(chan struct{})
	go a.work(worked)

	// The connection outlives the signal until the work is done: what we acknowledged nobody offers to another process.
	connected, disconnect := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.run(connected) }()
	select {
	case err = <-ended:
	case <-signalled.Done():
		a.stop()
		select {
		case <-worked:
		case <-time.After(10 * time.Second):
		}
		disconnect()
		err = <-ended
	}
	disconnect()
	if unfixable := (fatal{}); errors.As(err, &unfixable) {
		fmt.Fprintf(os.Stderr, "stopped: %v\n", err)
		os.Exit(1)
	}
	fmt.Println("stopped")
}
