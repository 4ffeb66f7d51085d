//@ run: ok
//@ miri: stacked=ok tree=ok

// ANCHOR: all
/// A graph with cycles, without a single pointer.
#[derive(Default)]
struct Graph {
    edges: Vec<Vec<NodeId>>,
}

#[derive(Clone, Copy)]
struct NodeId(usize);

impl Graph {
    fn add(&mut self) -> NodeId {
        self.edges.push(Vec::new());
        NodeId(self.edges.len() - 1)
    }

    fn connect(&mut self, from: NodeId, to: NodeId) {
        self.edges[from.0].push(to);
    }
}

fn main() {
    let mut graph = Graph::default();
    let (a, b) = (graph.add(), graph.add());
    graph.connect(a, b);
    graph.connect(b, a);
    println!("{}", graph.edges[a.0][0].0);
}
// ANCHOR_END: all
