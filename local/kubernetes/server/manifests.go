package main

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"
)

//go:embed manifests/crd-*.yaml
var manifests embed.FS

//go:embed manifests/stages.yaml
var stages []byte

var customResourceDefinitions = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

func (c *cluster) client() (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", c.kubeconfig("admin"))
	if err != nil {
		return nil, err
	}
	config.Timeout = 10 * time.Second
	return config, nil
}

// waitUntilReady waits for the API server to say that it is ready.
func (c *cluster) waitUntilReady(ctx context.Context, ended <-chan error) error {
	config, err := c.client()
	if err != nil {
		return err
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for {
		if response, err := client.Get(c.server() + "/readyz"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case err := <-ended:
			return err
		case <-ctx.Done():
			return fmt.Errorf("the API server was not ready in time: %w", ctx.Err())
		}
	}
}

// applyManifests makes the definitions that EKS, or a controller every cell runs, brings to a cluster.
func (c *cluster) applyManifests(ctx context.Context) error {
	config, err := c.client()
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	files, err := manifests.ReadDir("manifests")
	if err != nil {
		return err
	}
	for _, file := range files {
		bytes, err := manifests.ReadFile("manifests/" + file.Name())
		if err != nil {
			return err
		}
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(bytes, &object.Object); err != nil {
			return fmt.Errorf("%s: %w", file.Name(), err)
		}
		options := metav1.ApplyOptions{FieldManager: "tenantry-local", Force: true}
		_, err = client.Resource(customResourceDefinitions).Apply(ctx, object.GetName(), object, options)
		if err == nil {
			err = waitUntilServed(ctx, client, object.GetName())
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file.Name(), err)
		}
	}
	return nil
}

// waitUntilServed waits until objects of a definition can be made.
func waitUntilServed(ctx context.Context, client dynamic.Interface, name string) error {
	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		object, err := client.Resource(customResourceDefinitions).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		// Until the API server has seen the definition, there are none.
		conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
		for _, each := range conditions {
			condition, _ := each.(map[string]any)
			if condition["type"] == "Established" && condition["status"] == "True" {
				return true, nil
			}
		}
		return false, nil
	})
}
