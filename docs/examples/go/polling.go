package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// refused is an HTTP answer other than 2xx.
type refused struct {
	status     int
	detail     string
	retryAfter time.Duration
}

func (r *refused) Error() string { return fmt.Sprintf("%d %s", r.status, r.detail) }

func retryAfter(response *http.Response) time.Duration {
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After")) // the gateway never sends a date
	return time.Duration(max(seconds, 0)) * time.Second
}

// call is one HTTP request; wait is how many seconds the gateway may hold it.
func (a *agent) call(ctx context.Context, method, path string, body, answer any, wait int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(wait+15)*time.Second)
	defer cancel()
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, a.base+"/api/v1/clusters/agent"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	if body == nil {
		request.Body, request.ContentLength = http.NoBody, 0
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		return wrapped.Err // without the URL, which the log has already
	} else if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 == 2 {
		return json.NewDecoder(response.Body).Decode(answer)
	}
	var problem struct{ Detail string }
	_ = json.NewDecoder(response.Body).Decode(&problem) // a proxy's own error page is no problem document
	return &refused{response.StatusCode, problem.Detail, retryAfter(response)}
}

type httpLink struct {
	agent    *agent
	ctx      context.Context
	commands string
}

func (l *httpLink) tell(id, what string, body any) bool {
	err := l.agent.call(l.ctx, "POST", l.commands+"/"+url.PathEscape(id)+"/"+what, body, &object{}, 0)
	if no := (*refused)(nil); errors.As(err, &no) {
		return no.status == 400 || no.status == 404 || no.status == 409 // cancelled or expired: nobody waits for it
	}
	return err == nil
}

func (l *httpLink) ack(id string)                    { l.tell(id, "ack", object{}) } // not heard: it is offered again
func (l *httpLink) result(id string, r *result) bool { return l.tell(id, "result", r) }

// poller is one period of polling: from a registration to the invitation back to WebSocket.
type poller struct {
	*agent
	clusterID, cursor string
	wait              int // the first poll asks at once: what is there, and which mode
	heartbeatDue      time.Time
}

// poll polls until the gateway offers WebSocket again.
func (a *agent) poll(ctx context.Context) error {
	defer a.setLink(nil)
	p := &poller{agent: a}
	for misses := 0; ctx.Err() == nil; {
		offered, err := p.once(ctx)
		if offered || ctx.Err() != nil {
			return nil
		}
		if err == nil {
			misses = 0
			continue
		}
		p.wait = 0
		no := &refused{}
		switch errors.As(err, &no); {
		case no.status == 426: // polling is switched off for us
			_ = sleep(ctx, backoff(a.failures))
			return nil
		case no.status == 410 && p.cursor != "":
			p.cursor = "" // perhaps only our position is gone
		case no.status == 410:
			return fatal{errors.New("polling has been switched off for good (410): this agent needs WebSocket")}
		case no.status == 404:
			p.clusterID = "" // forgotten: register again
		case no.status == 400 || no.status == 401 || no.status == 403 || no.status == 409:
			return fatal{err}
		case no.status == 0 || no.status >= 500:
			a.webSocketFrom = time.Time{} // HTTP is away as well, so WebSocket is not to blame
		}
		misses++
		pause := no.retryAfter + backoff(misses)
		fmt.Printf("polling: %v; again in %.1f s\n", err, pause.Seconds())
		_ = sleep(ctx, pause)
	}
	return nil
}

// once is one turn: register and heartbeat where due, one poll, its commands.
func (p *poller) once(ctx context.Context) (offered bool, err error) {
	if p.clusterID == "" {
		var answer struct {
			ClusterID string `json:"cluster_id"`
		}
		if err := p.call(ctx, "POST", "/register", p.registration(), &answer, 0); err != nil {
			return false, err
		}
		p.clusterID = answer.ClusterID
		fmt.Printf("polling: registered as cluster %s\n", p.clusterID)
		p.heartbeatDue = time.Now().Add(heartbeatEvery)
		p.setLink(&httpLink{p.agent, ctx, "/" + p.clusterID + "/commands"})
	}
	if time.Now().Add(time.Duration(p.wait) * time.Second).After(p.heartbeatDue) {
		body := object{"cluster_id": p.clusterID, "status": "available"}
		if err := p.call(ctx, "POST", "/"+p.clusterID+"/heartbeat", body, &object{}, 0); err != nil {
			return false, err
		}
		p.heartbeatDue = time.Now().Add(heartbeatEvery)
	}
	p.reportUnsettled()

	var answer struct {
		Commands []command
		Cursor   string
		Mode     string
	}
	query := url.Values{"wait": {strconv.Itoa(p.wait)}}
	if p.cursor != "" {
		query.Set("after", p.cursor)
	}
	asked := time.Now()
	if err := p.call(ctx, "GET", "/"+p.clusterID+"/poll?"+query.Encode(), nil, &answer, p.wait); err != nil {
		return false, err
	}
	p.cursor = answer.Cursor
	for _, c := range answer.Commands {
		p.receive(c)
	}
	if answer.Mode == "websocket" && !time.Now().Before(p.webSocketFrom) {
		return true, nil
	}
	// An empty answer long before its time must not become a loop without a pause.
	if p.wait > 0 && len(answer.Commands) == 0 && time.Since(asked) < time.Second {
		_ = sleep(ctx, time.Second)
	}
	p.wait = pollWait
	return false, nil
}
