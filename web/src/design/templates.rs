//! Clusters to start from.

/// What the fields of a design hold, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// How many shards.
    pub masters: String,
    /// How many replicas each has.
    pub replicas: String,
    /// Names of zones, by commas.
    pub zones: String,
    /// One way, within a zone.
    pub latency: String,
    /// One way, from zone to zone.
    pub between: String,
    /// Milliseconds.
    pub node_timeout: String,
    /// `7.0` or `8.2`
    pub version: String,
    /// Lines of redis.conf.
    pub settings: String,
}

/// A template: its key in the translations, and what it fills in.
pub struct Template {
    /// The end of its message's key.
    pub id: &'static str,
    fields: [&'static str; 5],
}

/// All of them: masters, replicas, zones, latency within, latency between.
pub const TEMPLATES: [Template; 5] = [
    Template { id: "small", fields: ["3", "1", "", "200us", "200us"] },
    Template { id: "zones", fields: ["3", "2", "zone-a,zone-b,zone-c", "200us", "2ms"] },
    Template { id: "centres", fields: ["4", "1", "east,west", "200us", "20ms"] },
    Template { id: "twenty", fields: ["10", "1", "", "200us", "200us"] },
    Template { id: "hundred", fields: ["50", "1", "", "200us", "200us"] },
];

impl Template {
    /// The fields as it fills them in.
    pub fn fields(&self) -> Fields {
        let [masters, replicas, zones, latency, between] = self.fields.map(str::to_owned);
        Fields {
            masters,
            replicas,
            zones,
            latency,
            between,
            node_timeout: "15000".into(),
            version: "8.2".into(),
            settings: String::new(),
        }
    }
}

impl Fields {
    /// How many nodes that makes; none when the fields hold no numbers.
    pub fn nodes(&self) -> Option<u32> {
        let masters: u32 = self.masters.trim().parse().ok()?;
        let replicas: u32 = self.replicas.trim().parse().ok()?;
        masters.checked_mul(replicas.checked_add(1)?)
    }

    /// The line that the hub opens. It, not the page, judges whether that makes sense.
    pub fn source(&self) -> String {
        let mut words = vec![
            "design".to_owned(),
            format!("masters={}", self.masters.trim()),
            format!("replicas={}", self.replicas.trim()),
        ];
        let zones: Vec<_> =
            self.zones.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
        if !zones.is_empty() {
            words.push(format!("zones={}", zones.join(",")));
            words.push(format!("between={}", self.between.trim()));
        }
        words.push(format!("latency={}", self.latency.trim()));
        words.push(format!("node-timeout={}", self.node_timeout.trim()));
        words.push(format!("version={}", self.version));
        for line in self.settings.lines().map(str::trim).filter(|it| !it.is_empty()) {
            let (name, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            words.push(format!("set={name}:{}", value.trim()));
        }
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_become_a_line() {
        let mut fields = TEMPLATES[1].fields();
        fields.settings = "cluster-require-full-coverage no\n\n".into();
        assert_eq!(
            fields.source(),
            "design masters=3 replicas=2 zones=zone-a,zone-b,zone-c between=2ms latency=200us \
             node-timeout=15000 version=8.2 set=cluster-require-full-coverage:no"
        );
        assert_eq!(fields.nodes(), Some(9));
        fields.masters = "x".into();
        assert_eq!(fields.nodes(), None);
    }
}
