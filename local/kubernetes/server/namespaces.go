package main

import (
	"context"
	"fmt"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/kubernetes/pkg/controller/namespace/deletion"
)

// namespaceController is the file name of the identity that empties namespaces; upstream's role for it does.
const namespaceController = "namespace-controller"

const (
	namespaceWorkers = 4
	// Pods are gone within moments, as KWOK keeps no process alive; something with a finalizer may take long.
	soonestRetry = 100 * time.Millisecond
	latestRetry  = 5 * time.Second
)

// deleteNamespaces empties namespaces that are being deleted, in the place of the controller-manager's controller. That
// one runs the same code, but waits five seconds before each pass so that other API servers of the cluster learn of the
// deletion. There are none here, and every tenant that goes would cost ten seconds.
func (c *cluster) deleteNamespaces(ctx context.Context) error {
	config, err := clientcmd.BuildConfigFromFlags("", c.kubeconfig(namespaceController))
	if err != nil {
		return err
	}
	config.QPS, config.Burst = clientQPS, clientBurst
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	objects, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	deleter := deletion.NewNamespacedResourcesDeleter(ctx, client.CoreV1().Namespaces(), objects, client.CoreV1(),
		client.Discovery().ServerPreferredNamespacedResources, core.FinalizerKubernetes)

	queue := workqueue.NewTypedRateLimitingQueue(
		workqueue.NewTypedItemExponentialFailureRateLimiter[string](soonestRetry, latestRetry))
	namespaces := informers.NewSharedInformerFactory(client, 0).Core().V1().Namespaces().Informer()
	if _, err := namespaces.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) {
			if namespace, ok := object.(*core.Namespace); ok && namespace.DeletionTimestamp != nil {
				queue.Add(namespace.Name)
			}
		},
		UpdateFunc: func(before, after any) {
			was, _ := before.(*core.Namespace)
			is, ok := after.(*core.Namespace)
			// Each pass changes the status: only the first of these changes is news.
			if ok && is.DeletionTimestamp != nil &&
				(was == nil || was.DeletionTimestamp == nil || was.UID != is.UID) {
				queue.Add(is.Name)
			}
		},
	}); err != nil {
		return fmt.Errorf("namespaces: %w", err)
	}
	go namespaces.RunWithContext(ctx)
	go func() {
		<-ctx.Done()
		queue.ShutDown()
	}()
	for range namespaceWorkers {
		go func() {
			for {
				name, stopped := queue.Get()
				if stopped {
					return
				}
				if err := deleter.Delete(ctx, name); err != nil {
					queue.AddRateLimited(name)
				} else {
					queue.Forget(name)
				}
				queue.Done(name)
			}
		}()
	}
	return nil
}
