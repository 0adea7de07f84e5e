// Copyright The UnitGrid Authors
// SPDX-License-Identifier: Apache-2.0

// Command informers follows what an endpoint proxy serves with client-go's own informers. For each line that it reads
// it answers with one line of JSON: what its caches hold, and what was told to it that should not have been.
//
//	informers http://127.0.0.1:51006 bj-1
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

func main() {
	requests := &requests{counts: map[string]int{}}
	followed := map[string]*seen{
		"slices":   see(slices(requests), slice, true),
		"services": see(services(requests), service, false),
		"nodes":    see(nodes(requests, os.Args[2]), label, false),
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if err := json.NewEncoder(os.Stdout).Encode(answer(followed, requests)); err != nil {
			panic(err)
		}
	}
}

func answer(followed map[string]*seen, requests *requests) map[string]any {
	answer := map[string]any{"requests": requests.copy()}
	complaints, events := []string{}, 0
	for name, each := range followed {
		answer[name] = each.texts()
		complaints = append(complaints, each.wrong()...)
		events += each.count()
	}
	answer["complaints"] = complaints
	answer["events"] = events
	return answer
}

func slices(requests *requests) cache.SharedIndexInformer {
	client := client(requests, discoveryv1.SchemeGroupVersion, "/apis", discoveryv1.AddToScheme)
	return informer(client, "endpointslices", &discoveryv1.EndpointSlice{}, func(*metav1.ListOptions) {})
}

// services are those that kube-proxy follows.
func services(requests *requests) cache.SharedIndexInformer {
	client := client(requests, corev1.SchemeGroupVersion, "/api", corev1.AddToScheme)
	return informer(client, "services", &corev1.Service{}, func(options *metav1.ListOptions) {
		options.LabelSelector = "!" + corev1.IsHeadlessService
		options.FieldSelector = fields.OneTermNotEqualSelector("spec.clusterIP", corev1.ClusterIPNone).String()
	})
}

func nodes(requests *requests, name string) cache.SharedIndexInformer {
	client := client(requests, corev1.SchemeGroupVersion, "/api", corev1.AddToScheme)
	return informer(client, "nodes", &corev1.Node{}, func(options *metav1.ListOptions) {
		options.FieldSelector = fields.OneTermEqualSelector(metav1.ObjectNameField, name).String()
	})
}

func client(requests *requests, version schema.GroupVersion, path string, add func(*runtime.Scheme) error) rest.Interface {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	if err := add(scheme); err != nil {
		panic(err)
	}
	client, err := rest.RESTClientFor(&rest.Config{
		Host:    os.Args[1],
		APIPath: path,
		QPS:     -1,
		ContentConfig: rest.ContentConfig{
			GroupVersion:         &version,
			NegotiatedSerializer: serializer.NewCodecFactory(scheme).WithoutConversion(),
			// As kube-proxy does.
			ContentType:        runtime.ContentTypeProtobuf,
			AcceptContentTypes: runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON,
		},
		WrapTransport: func(next http.RoundTripper) http.RoundTripper {
			return counted{next, requests}
		},
	})
	if err != nil {
		panic(err)
	}
	return client
}

func informer(client rest.Interface, resource string, of runtime.Object, tweak func(*metav1.ListOptions)) cache.SharedIndexInformer {
	source := cache.NewFilteredListWatchFromClient(client, resource, metav1.NamespaceAll, tweak)
	return cache.NewSharedIndexInformer(source, of, 0, cache.Indexers{})
}

func slice(object any) string {
	slice := object.(*discoveryv1.EndpointSlice)
	text := []string{slice.Labels[discoveryv1.LabelServiceName]}
	for _, endpoint := range slice.Endpoints {
		ready := "-"
		if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
			ready = "+"
		}
		node := ""
		if endpoint.NodeName != nil {
			node = *endpoint.NodeName
		}
		text = append(text, endpoint.Addresses[0]+"@"+node+ready)
	}
	return strings.Join(text, " ")
}

func service(object any) string {
	return object.(*corev1.Service).Annotations["topologyKeys"]
}

func label(object any) string {
	return object.(*corev1.Node).Labels["location"]
}

// seen is what the events of an informer say is there.
type seen struct {
	lock       sync.Mutex
	text       func(any) string
	filtered   bool
	store      cache.Store
	objects    map[string]metav1.Object
	complaints []string
	events     int
}

// see begins to follow. Of a kind that is served filtered no event is of an object that looks as before; of others what
// changed there and back while the API server was away has another version, and is told.
func see(informer cache.SharedIndexInformer, text func(any) string, filtered bool) *seen {
	seen := &seen{text: text, filtered: filtered, store: informer.GetStore(), objects: map[string]metav1.Object{}}
	if _, err := informer.AddEventHandler(seen); err != nil {
		panic(err)
	}
	go informer.Run(make(chan struct{}))
	return seen
}

// OnAdd hears of an object that was not there.
func (s *seen) OnAdd(object any, _ bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.events++
	if before := s.put(object); before != nil {
		s.complain("ADDED %s, which was there", before.GetName())
	}
}

// OnUpdate hears of an object that differs, or of one that a new list holds unchanged.
func (s *seen) OnUpdate(_, object any) {
	s.lock.Lock()
	defer s.lock.Unlock()
	before := s.put(object)
	now := object.(metav1.Object)
	switch {
	case before == nil:
		s.complain("MODIFIED %s, which was not there", now.GetName())
	case before.GetResourceVersion() == now.GetResourceVersion():
		return
	case number(before) > number(now):
		s.complain("%s went back from version %s to %s", now.GetName(), before.GetResourceVersion(), now.GetResourceVersion())
	case s.filtered && same(before, now):
		s.complain("%s was changed in version %s and is the same", now.GetName(), now.GetResourceVersion())
	}
	s.events++
}

// OnDelete hears of an object that is gone.
func (s *seen) OnDelete(object any) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.events++
	if unknown, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = unknown.Obj
	}
	name := object.(metav1.Object).GetName()
	if _, was := s.objects[name]; !was {
		s.complain("DELETED %s, which was not there", name)
	}
	delete(s.objects, name)
}

func (s *seen) put(object any) metav1.Object {
	now := object.(metav1.Object)
	before := s.objects[now.GetName()]
	s.objects[now.GetName()] = now
	return before
}

func (s *seen) complain(format string, args ...any) {
	s.complaints = append(s.complaints, fmt.Sprintf(format, args...))
}

func same(before, now metav1.Object) bool {
	one, other := before.(*discoveryv1.EndpointSlice).DeepCopy(), now.(*discoveryv1.EndpointSlice).DeepCopy()
	one.ResourceVersion, other.ResourceVersion = "", ""
	return equality.Semantic.DeepEqual(one, other)
}

func number(object metav1.Object) uint64 {
	version, err := strconv.ParseUint(object.GetResourceVersion(), 10, 64)
	if err != nil {
		panic(err)
	}
	return version
}

// texts is what the events say, if the informer's own store says the same.
func (s *seen) texts() map[string]string {
	s.lock.Lock()
	defer s.lock.Unlock()
	texts := map[string]string{}
	for name, object := range s.objects {
		texts[name] = s.text(object)
	}
	stored := s.store.List()
	if len(stored) != len(texts) {
		return map[string]string{"": fmt.Sprintf("%d by events, %d in the store", len(texts), len(stored))}
	}
	for _, object := range stored {
		if name := object.(metav1.Object).GetName(); texts[name] != s.text(object) {
			return map[string]string{"": name + " differs between events and store"}
		}
	}
	return texts
}

func (s *seen) wrong() []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return append([]string{}, s.complaints...)
}

func (s *seen) count() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.events
}

// requests counts what informers ask for.
type requests struct {
	lock   sync.Mutex
	counts map[string]int
}

func (r *requests) add(kind string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.counts[kind]++
}

func (r *requests) copy() map[string]int {
	r.lock.Lock()
	defer r.lock.Unlock()
	copied := map[string]int{}
	for kind, count := range r.counts {
		copied[kind] = count
	}
	return copied
}

// counted is a transport whose requests are counted.
type counted struct {
	next     http.RoundTripper
	requests *requests
}

// RoundTrip passes a request on.
func (c counted) RoundTrip(request *http.Request) (*http.Response, error) {
	query := request.URL.Query()
	switch {
	case query.Get("sendInitialEvents") == "true":
		c.requests.add("watchList")
	case query.Get("watch") != "":
		c.requests.add("watch")
	default:
		c.requests.add("list")
	}
	return c.next.RoundTrip(request)
}
